import { mock } from 'node:test'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pulse } from '../../../cli/client/pulse.ts'

const silenceMs = 3000

function pulse(options: { silenceMs?: number } = {}) {
  const seen = { pings: 0, silent: 0, unsent: 0 }
  const made = new Pulse({
    silenceMs: options.silenceMs ?? silenceMs,
    ping: () => {
      seen.pings += 1
    },
    unsent: () => seen.unsent,
    onSilent: () => {
      seen.silent += 1
    },
  })
  return { pulse: made, seen }
}

/** In small steps: in one step, a timer that is set on the way would begin at its end. */
function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed++) mock.timers.tick(1)
}

test.before.each(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }))
test.after.each(() => mock.timers.reset())

test('a host that says nothing is asked once, and is silent after the whole time', () => {
  const { pulse: host, seen } = pulse()
  host.expect()
  pass(999)
  assert.equal(seen, { pings: 0, silent: 0, unsent: 0 })
  pass(1)
  assert.is(seen.pings, 1)
  pass(1999)
  assert.is(seen.silent, 0)
  pass(1)
  assert.equal(seen, { pings: 1, silent: 1, unsent: 0 })
})

test('a host that answers pings may take as long as it likes', () => {
  const { pulse: host, seen } = pulse()
  host.expect()
  for (let part = 0; part < 100; part++) {
    pass(1000)
    host.heard()
  }
  assert.is(seen.silent, 0)
  assert.is(seen.pings, 100)
})

test('a host that takes what is sent lives; one that has stopped taking it does not', () => {
  const { pulse: host, seen } = pulse()
  host.expect()
  seen.unsent = 1000
  pass(1000)
  for (; seen.unsent > 0; seen.unsent -= 100) pass(1000)
  assert.is(seen.silent, 0)
  seen.unsent = 500
  pass(3000)
  assert.is(seen.silent, 1)
})

test('nobody looks where nothing is waited for, or a silence of 0 means for ever', () => {
  const { pulse: host, seen } = pulse()
  host.expect()
  host.expect()
  host.settle()
  pass(1000)
  assert.is(seen.pings, 1)
  host.settle()
  pass(60_000)
  const endless = pulse({ silenceMs: 0 })
  endless.pulse.expect()
  pass(60_000)
  assert.equal([seen.silent, endless.seen.silent, endless.seen.pings], [0, 0, 0])
})

test.run()
