import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Draft } from '../../../cli/import/imported.ts'
import { signalName, takeStopSignal } from '../../../cli/import/signal-name.ts'
import { stopSignals } from '../../../protocol/config.ts'

test('signalName() knows signals with and without SIG, in any case, and by their numbers', () => {
  for (const text of ['INT', 'SIGINT', 'sigint', ' 2 ']) assert.is(signalName(text), 'SIGINT')
  assert.is(signalName('15'), 'SIGTERM')
  for (const text of ['', 'SIG', 'SIGRTMIN+3', '999']) assert.is(signalName(text), undefined)
})

test('takeStopSignal() takes every signal that a host takes, and says of any other why not', () => {
  const taken = (text: string) => {
    const pod: Draft = {}
    return [takeStopSignal(text, pod), pod.stopSignal]
  }
  for (const name of stopSignals) assert.equal(taken(name.slice(3)), [{ became: `stopSignal: ${name}` }, name])
  const lost = 'by one of SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGKILL'
  for (const text of ['PIPE', 'sigpipe', '13'])
    assert.equal(taken(text), [{ lost: `no run is asked to end by SIGPIPE, but ${lost}` }, undefined])
  assert.equal(taken('NONE'), [{ lost: 'there is no signal "NONE" here' }, undefined])
})

test.run()
