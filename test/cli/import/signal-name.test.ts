import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { signalName } from '../../../cli/import/signal-name.ts'

test('signalName() knows signals with and without SIG, in any case, and by their numbers', () => {
  for (const text of ['INT', 'SIGINT', 'sigint', ' 2 ']) assert.is(signalName(text), 'SIGINT')
  assert.is(signalName('15'), 'SIGTERM')
  for (const text of ['', 'SIG', 'SIGRTMIN+3', '999']) assert.is(signalName(text), undefined)
})

test.run()
