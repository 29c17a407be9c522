import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Call } from '../../../shim/calls/call.ts'
import { Patience } from '../../../shim/calls/patience.ts'
import { failsWith } from '../../fails.ts'

const callOf = (fn: string) => new Call({ fn, line: '', timeoutMs: 5 })

test('watch() ends a call when its time is over, each in its turn', async () => {
  const patience = new Patience(5)
  const late: string[] = []
  const calls = ['a', 'b', 'c'].map(callOf)
  for (const call of calls) patience.watch(call)
  await Promise.all(
    calls.map(async call => {
      await failsWith('timeout', () => call)
      late.push(call.fn)
    }),
  )
  assert.equal(late, ['a', 'b', 'c'])
})

test('watch() ends one that came later by its own time', async () => {
  const patience = new Patience(20)
  const early = callOf('early')
  patience.watch(early)
  await new Promise(resolve => setImmediate(resolve))
  const later = callOf('later')
  patience.watch(later)
  await failsWith('timeout', () => early)
  await failsWith('timeout', () => later)
})

test('forget() lets a call take as long as it likes', async () => {
  const patience = new Patience(5)
  const [kept, forgotten] = [callOf('kept'), callOf('forgotten')]
  patience.watch(forgotten)
  patience.watch(kept)
  patience.forget(forgotten)
  await failsWith('timeout', () => kept)
  assert.not(forgotten.isSettled)
})

test.run()
