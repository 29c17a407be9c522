import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Lines, type LinkState } from '../../../page/wire/lines.ts'
import { WireError } from '../../../page/wire/wire-error.ts'
import { until } from '../../until.ts'

/** A WebSocket that goes nowhere. */
class FakeSocket extends EventTarget {
  sent: { id: number; method: string; params: Record<string, unknown> }[] = []
  isClosed = false
  isOpen = false

  send(text: string): void {
    if (!this.isOpen) throw new DOMException('Still in CONNECTING state', 'InvalidStateError')
    this.sent.push(JSON.parse(text))
  }

  close(): void {
    this.isClosed = true
  }

  say(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: `${JSON.stringify(message)}\n` }))
  }

  answer(method: string, result: unknown): void {
    const asked = this.sent.findLast(one => one.method === method)
    this.say({ jsonrpc: '2.0', id: asked?.id, result })
  }
}

function connected(silenceMs = 60_000): {
  lines: Lines
  sockets: FakeSocket[]
  states: LinkState[]
  frames: (() => void)[]
  open: () => FakeSocket
  goLive: () => Promise<FakeSocket>
} {
  const sockets: FakeSocket[] = []
  const states: LinkState[] = []
  const frames: (() => void)[] = []
  const lines = new Lines({
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket as never
    },
    token: 'secret',
    frame: work => frames.push(work),
    onState: state => states.push(state),
    nowMs: () => 5,
    silenceMs,
  })
  lines.begin()
  const open = () => {
    const socket = sockets.at(-1) as FakeSocket
    socket.isOpen = true
    socket.dispatchEvent(new Event('open'))
    return socket
  }
  const goLive = async () => {
    const socket = open()
    socket.answer('host.auth', {})
    await turn()
    return socket
  }
  return { lines, sockets, states, frames, open, goLive }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

test('Lines shows its token before it is live, and then asks', async () => {
  const { lines, states, open } = connected()
  const socket = open()
  assert.equal(socket.sent[0]?.params, { token: 'secret' })
  socket.answer('host.auth', { authorized: true, role: 'read' })
  await turn()
  assert.equal(states, [{ is: 'live' }])
  assert.equal(lines.greeting, { authorized: true, role: 'read' })
  const asking = lines.call('host.info', {})
  socket.answer('host.info', { id: 'x' })
  assert.equal(await asking, { id: 'x' })
  lines.close()
})

test('Lines hands on what is told before an answer, and nothing after it was given up', async () => {
  const { lines, goLive } = connected()
  const socket = await goLive()
  const told: unknown[] = []
  const { done, cancel } = lines.follow('host.watch', {}, params => told.push(params.changes))
  done.catch(() => {})
  const request = socket.sent.at(-1)?.id
  socket.say({ method: 'host.change', params: { request, changes: [1] } })
  cancel()
  assert.is(socket.sent.at(-1)?.method, 'rpc.cancel')
  socket.say({ method: 'host.change', params: { request, changes: [2] } })
  assert.equal(told, [[1]])
  lines.close()
})

test('Lines makes room for values of a channel only with a frame, so that the host waits for a page that nobody sees', async () => {
  const { lines, frames, goLive } = connected()
  const socket = await goLive()
  const taken: number[][] = []
  lines.values<number>('pod.logs', { stream: true }, values => taken.push(values)).done.catch(() => {})
  const asked = socket.sent.at(-1) as { id: number; window?: number[] }
  assert.equal(asked.window, [1000, 1048576])
  socket.say({ method: '$/stream', params: [asked.id] })
  socket.say({ method: '$/value', params: [asked.id, 1] })
  socket.say({ method: '$/value', params: [asked.id, 2, 5000] })
  assert.equal([taken.length, frames.length], [0, 1])
  frames[0]?.()
  assert.equal(taken, [[1, 2]])
  assert.equal(socket.sent.at(-1)?.params, [asked.id, 2, 5000])
  assert.is(socket.sent.at(-1)?.method, '$/more')
  lines.close()
})

test('Lines tells everybody who waits that the connection is lost, and comes back by itself', async () => {
  const { lines, sockets, states, goLive } = connected()
  await goLive()
  const asking = lines.call('host.info', {})
  sockets[0]?.dispatchEvent(new Event('close'))
  const error = await asking.catch(error => error)
  assert.is((error as WireError).code, 'host_gone')
  assert.equal(states.at(-1), { is: 'lost', sinceMs: 5, attempts: 1 })
  // "Try now" does not wait.
  lines.begin()
  assert.is(sockets.length, 2)
  await goLive()
  assert.equal(states.at(-1), { is: 'live' })
  lines.close()
})

test('Lines asks nothing of a host that it has only begun to reach again, and takes in who refuses it', async () => {
  const { lines, sockets, states, open, goLive } = connected()
  await goLive()
  sockets[0]?.dispatchEvent(new Event('close'))
  lines.begin()
  const early = () => lines.call('pod.usage', {}).catch(error => (error as WireError).code)
  assert.is(await early(), 'host_gone')
  const socket = open()
  assert.is(await early(), 'host_gone')
  assert.equal(
    socket.sent.map(({ method }) => method),
    ['host.auth'],
  )
  socket.say({ id: null, error: { message: 'Not authorized', data: { code: 'unauthorized' } } })
  await turn()
  assert.equal(states.at(-1), { is: 'refused', why: 'Not authorized' })
})

test('Lines comes back where the host has too much to do, or is being upgraded, and takes no other token for that', async () => {
  const { lines, sockets, states, open } = connected()
  open().say({ id: 1, error: { message: 'The host has much to do', data: { code: 'host_busy' } } })
  await turn()
  assert.equal(states, [{ is: 'lost', sinceMs: 5, attempts: 1 }])
  assert.ok(sockets[0]?.isClosed)
  lines.begin()
  open().answer('host.auth', {})
  await turn()
  assert.is(states.at(-1)?.is, 'live')
  lines.close()
})

test('Lines takes a connection for lost by which nobody lets it in', async () => {
  for (const isOpen of [false, true]) {
    const { lines, sockets, states, open } = connected(1)
    if (isOpen) open()
    await until(() => states.length > 0, 'it is given up')
    assert.equal(states[0], { is: 'lost', sinceMs: 5, attempts: 1 })
    assert.ok(sockets[0]?.isClosed)
    lines.close()
  }
})

test('Lines tries no more with a token that does not count', async () => {
  const { lines, sockets, states, open } = connected()
  open().say({ id: 1, error: { message: 'Not authorized: it expired', data: { code: 'unauthorized' } } })
  await turn()
  assert.equal(states, [{ is: 'refused', why: 'Not authorized: it expired' }])
  lines.begin()
  assert.is(sockets.length, 1)
})

test('WireError.of() reads what a host says, and what is no error of a host', () => {
  const error = WireError.of({ message: 'no', data: { code: 'forbidden', hint: 'ask' } })
  assert.equal([error.code, error.message, error.hint], ['forbidden', 'no', 'ask'])
  assert.is(WireError.of(undefined).code, 'internal')
})

test.run()
