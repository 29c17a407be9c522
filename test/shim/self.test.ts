import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Became, Self } from '../../shim/self.ts'
import { failsWith } from '../fails.ts'

const became = { run: { state: 'up', said: { status: 'error', text: 'no' } }, neighbors: {} } as unknown as Became

test('hello says that nothing is loaded, until there is a run, and then how that is', () => {
  const self = new Self({ ticket: 'spare', isSpare: true })
  assert.equal(self.hello, { ticket: 'spare', pid: process.pid, state: 'empty' })
  self.take('run')
  self.become(became)
  assert.equal(self.hello, { ticket: 'run', pid: process.pid, state: 'up', status: 'error', text: 'no' })
})

test('require() fails before anything was loaded', async () => {
  const self = new Self({ ticket: 'run', isSpare: false })
  await failsWith('pod_not_up', () => self.require())
  assert.equal([self.run, self.neighbors], [undefined, undefined])
  self.become(became)
  assert.is(self.require(), became)
})

test('isPatient is false of a spare without a host, until it is taken', () => {
  const spare = new Self({ ticket: 'spare', isSpare: true })
  assert.not(spare.isPatient)
  spare.take('run')
  assert.ok(spare.isPatient)
  assert.ok(new Self({ ticket: 'run', isSpare: false }).isPatient)
})

test('isPatient is true of a run, however long its host is gone', () => {
  const self = new Self({ ticket: 'spare', isSpare: true })
  self.become(became)
  assert.ok(self.isPatient)
})

test.run()
