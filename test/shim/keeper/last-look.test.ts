// Real processes of a few milliseconds: what Node says of their end, and what was seen.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LastLook } from '../../../shim/keeper/last-look.ts'
import { Pipes } from '../../../shim/keeper/pipes.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'

async function endOf(script: string) {
  using at = scratch()
  const pipes = new Pipes(at.path('pipes'))
  const { read, write } = pipes.open()
  const last = new LastLook()
  await last.onEndOf(read)
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'ignore', 'ignore', write] })
  closeSync(write)
  last.begun(child.pid as number)
  const [code, signal] = await new Promise<[number | null, string | null]>(resolve =>
    child.once('exit', (...end) => resolve(end)),
  )
  pipes.remove()
  return last.end({ code, signal })
}

test('end() is what Node says, but for a signal that Node has no name for', async () => {
  assert.equal(await endOf('exit 0'), { code: 0, signal: null })
  assert.equal(await endOf('exit 3'), { code: 3, signal: null })
  assert.equal(await endOf('kill -9 $$'), { code: null, signal: 'SIGKILL' })
  assert.equal(await endOf('kill -34 $$'), { code: null, signal: 'SIGRTMIN' })
})

test('end() is what Node says after the pipe was closed by a process that went on', async () => {
  assert.equal(await endOf('exec 3>&-; sleep 0.02; exit 4'), { code: 4, signal: null })
})

needs(test, 'node:ffi')('end() tells such a signal also while a child of the child holds all that it had', async () => {
  using at = scratch()
  const held = openSync(at.path('held'), 'a')
  const child = spawn('/bin/sh', ['-c', 'sleep 60 & echo $! >&3; kill -35 $$'], { stdio: ['ignore', held, held, held] })
  closeSync(held)
  const last = new LastLook()
  last.begun(child.pid as number)
  const [code, signal] = await once(child, 'exit')
  process.kill(Number(readFileSync(at.path('held'), 'utf8')), 'SIGKILL')
  assert.equal([code, signal], [0, null])
  assert.equal(last.end({ code, signal }), { code: null, signal: 'SIGRTMIN+1' })
})

test.run()
