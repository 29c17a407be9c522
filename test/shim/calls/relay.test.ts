import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { usualWindow } from '../../../protocol/channel/window.ts'
import type { RelayedCall } from '../../../protocol/link.ts'
import { Call } from '../../../shim/calls/call.ts'
import type { AskHost } from '../../../shim/calls/host-line.ts'
import { Relay } from '../../../shim/calls/relay.ts'
import { errorOf, failsWith } from '../../fails.ts'
import { Pair } from '../../protocol/channel/pair.ts'

type Open = (call: RelayedCall, options: { signal: AbortSignal }) => unknown

function relayed(open: Open, present: () => Promise<unknown> = async () => {}) {
  const host = {
    isGone: false,
    present,
    openOnce: async (_method: string, call: RelayedCall, options: { signal: AbortSignal }) => await open(call, options),
  }
  const relay = new Relay('lab.web', host as unknown as AskHost)
  const call = new Call({ fn: 'add', line: '"method":"add","params":[1,2]}\n', timeoutMs: 500, hops: 2 })
  return { relay, call, host }
}

test('send() gives the host the call, with the hosts that passed it on, and the call its value', async () => {
  let asked: unknown
  const { relay, call } = relayed(given => {
    asked = given
    return { value: { value: 3 } }
  })
  const sent = relay.send(call)
  assert.is(relay.busy, 1)
  await sent
  assert.equal([await call, relay.busy], [3, 0])
  assert.equal(asked, { name: 'lab.web', fn: 'add', args: [1, 2], timeoutMs: 500, hops: 2 })
})

test('send() lets the call be a stream where one comes', async () => {
  const pair = new Pair(usualWindow)
  const { relay, call } = relayed(() => ({ stream: pair.opener }))
  await relay.send(call)
  await pair.acceptor.send(7)
  pair.acceptor.end(null)
  await pair.settle()
  assert.equal(await call, [7])
})

test('send() fails as the host fails', async () => {
  const { relay, call } = relayed(() => {
    throw new Error('no')
  })
  await relay.send(call)
  assert.is((await errorOf(() => call)).message, 'no')
})

test('send() asks nothing where the time was over before there was a host', async () => {
  const gate = Promise.withResolvers<void>()
  let asked = 0
  const { relay, call, host } = relayed(
    () => asked++,
    () => gate.promise,
  )
  const sent = relay.send(call)
  host.isGone = true
  call.timeOut()
  assert.match((await failsWith('host_gone', () => call)).message, 'of pod "lab.web"')
  gate.resolve()
  await sent
  assert.equal([asked, relay.busy], [0, 0])
})

test('cancel() gives up what the host is asked', async () => {
  let signal: AbortSignal | undefined
  const { relay, call } = relayed(async (_call, options) => {
    signal = options.signal
    await new Promise((_resolve, reject) => options.signal.addEventListener('abort', reject))
  })
  const sent = relay.send(call)
  await new Promise(resolve => setImmediate(resolve))
  call.abandon(new Error('enough'))
  await sent
  assert.ok(signal?.aborted)
  assert.is((await errorOf(() => call)).message, 'enough')
})

test.run()
