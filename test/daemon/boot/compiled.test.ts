// What Node leaves in the folder of compiled code.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sweepCompiled } from '../../../daemon/boot/compiled.ts'
import { scratch } from '../../scratch.ts'

test('sweepCompiled() removes half-written files, and leaves whole ones and what is foreign', async () => {
  using at = scratch()
  const whole = ['1bd78708', 'v26/2cd78709', 'notes.txt']
  for (const name of [...whole, '1bd78708.McR45g', 'v26/2cd78709.aB3_9x']) at.file(name, '')
  await sweepCompiled(at.dir)
  const left = readdirSync(at.dir, { recursive: true, encoding: 'utf8' }).filter(name => name !== 'v26')
  assert.equal(left.sort(), whole.sort())
})

test('sweepCompiled() minds no folder that is not there', async () => {
  await sweepCompiled('/no/such/folder')
})

test('keepCompiled() keeps compiled code also for the next of a process that is killed', async () => {
  using at = scratch()
  const module = fileURLToPath(new URL('../../../daemon/boot/compiled.ts', import.meta.url))
  const code = `require(${JSON.stringify(module)}).keepCompiled(); process.kill(process.pid, 'SIGKILL')`
  const file = at.file('program.cjs', code)
  const { signal } = await execa(process.execPath, [file], {
    env: { NODE_COMPILE_CACHE: at.path('kept') },
    reject: false,
  })
  assert.is(signal, 'SIGKILL')
  assert.ok(readdirSync(at.path('kept'), { recursive: true }).length > 1)
})

test.run()
