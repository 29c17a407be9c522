// What Node leaves in the folder of compiled code.
import { readdirSync } from 'node:fs'
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

test.run()
