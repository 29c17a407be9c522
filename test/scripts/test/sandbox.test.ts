// Where a test file runs: what it leaves is told, and gone.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openSandbox } from '../../../scripts/test/sandbox.ts'
import { isAlive } from '../../processes.ts'
import { scratch } from '../../scratch.ts'

const test = suite('sandbox')

test('close() has nothing to tell of a file that left nothing, and removes the directory', async () => {
  using at = scratch()
  const sandbox = openSandbox(at.path('1'), { compiled: at.path('compiled') })
  assert.ok(existsSync(sandbox.env.HOME ?? '') && existsSync(sandbox.env.TMPDIR ?? ''))
  assert.equal(await sandbox.close(), [])
  assert.not.ok(existsSync(at.path('1')))
})

test('close() tells of files in the home and the temporary directory', async () => {
  using at = scratch()
  const sandbox = openSandbox(at.path('1'), { compiled: at.path('compiled') })
  const [home, temp] = [sandbox.env.HOME ?? '', sandbox.env.TMPDIR ?? '']
  writeFileSync(join(home, '.config'), '')
  mkdirSync(join(temp, 'left'))
  assert.equal(await sandbox.close(), [join(home, '.config'), join(temp, 'left')])
})

test('close() removes a folder that its owner may not enter, and tells of it', async () => {
  using at = scratch()
  const sandbox = openSandbox(at.path('1'), { compiled: at.path('compiled') })
  const closed = join(sandbox.env.TMPDIR ?? '', 'closed')
  mkdirSync(join(closed, 'deep'), { recursive: true })
  chmodSync(closed, 0)
  assert.equal(await sandbox.close(), [closed])
  assert.not.ok(existsSync(at.path('1')))
})

test('close() tells of a process that goes on, and ends it', async () => {
  using at = scratch()
  const sandbox = openSandbox(at.path('1'), { compiled: at.path('compiled') })
  const child = spawn('sleep', ['1000'], { env: { ...process.env, ...sandbox.env }, stdio: 'ignore' })
  const exited = once(child, 'exit')
  assert.equal(await sandbox.close(0), [`process ${child.pid}: sleep 1000 `])
  await exited
  assert.not.ok(isAlive(child.pid as number))
})

test.run()
