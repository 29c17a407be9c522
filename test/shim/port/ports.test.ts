// The sockets of a run in this process, bound here. Not here: how they come to a run, and what becomes of them when it ends
// (e2e/ports.test.ts).
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Port } from '../../../protocol/listen.ts'
import { bind, type Handle, type Listening } from '../../../shim/port/handle.ts'
import { Ports } from '../../../shim/port/ports.ts'
import { freePort } from '../../free-port.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const test = suite('ports')
const { listen } = net.Server.prototype

test.after.each(() => {
  net.Server.prototype.listen = listen
})

/** A socket as it comes from another process. */
function given(port: Port): Handle {
  const handle = bind(port)
  handle.open(handle.fd)
  return handle
}

async function portsAt(isOpen = true): Promise<{ ports: Ports; port: number }> {
  const port = await freePort()
  const at = { name: 'main', host: '127.0.0.1', port }
  const ports = new Ports([at], new Map([['main', given(at)]]))
  ports.serve()
  if (isOpen) ports.open()
  return { ports, port }
}

const answering = (text: string) => http.createServer({ keepAliveTimeout: 1 }, (_, response) => response.end(text))

async function ask(port: number): Promise<string> {
  const request = http.get({ port, host: '127.0.0.1', agent: false })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part
  return text
}

test('a server that was closed listens again, and so does another one: whoever came meanwhile waited', async () => {
  const { ports, port } = await portsAt()
  const server = answering('first')
  server.listen(port)
  assert.is(await ask(port), 'first')
  server.close()
  await once(server, 'close')
  assert.is(server.listening, false)
  const waiting = ask(port)
  const state = { isAnswered: false }
  void waiting.then(() => {
    state.isAnswered = true
  })
  // The loop has looked at its sockets by then.
  for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
  assert.is(state.isAnswered, false)
  server.listen({ port, exclusive: true, backlog: 5 })
  assert.is(await waiting, 'first')
  server.close()
  const other = answering('other')
  other.listen(port, '127.0.0.1')
  assert.is(await ask(port), 'other')
  assert.equal((other.address() as net.AddressInfo).port, port)
  ports.close()
  other.close()
})

test('sideDoor() leads to its server while nobody else reaches that, and no further once it accepts', async () => {
  const { ports, port } = await portsAt(false)
  const seen = { isApart: false }
  assert.equal(await ports.sideDoor(port, seen), { at: 'nowhere' }, 'no server has it yet')
  const server = answering('in')
  server.listen(port)
  const { port: door = 0, at } = { port: 0, ...(await ports.sideDoor(port, seen)) }
  assert.equal([at, await ask(door), await ask(door)], ['door', 'in', 'in'])
  assert.equal(await ports.sideDoor(port, seen), { at, port: door })
  assert.equal(await ports.sideDoor(port + 1, seen), { at: 'port' })
  assert.is(ports.unused, undefined)
  ports.open()
  assert.is(await ask(port), 'in')
  assert.equal(await ports.sideDoor(port, seen), { at: 'port' })
  await once(net.connect(door, '127.0.0.1'), 'error')
  ports.close()
  server.close()
})

test('sideDoor() opens none where it accepts meanwhile', async () => {
  const { ports, port } = await portsAt(false)
  const server = answering('in')
  server.listen(port)
  const asked = ports.sideDoor(port, { isApart: false })
  ports.open()
  assert.equal(await asked, { at: 'port' })
  ports.close()
  server.close()
})

test('sideDoor() lets accept what no door leads to, once a server listens: one that nobody sees, and that of a cluster', async () => {
  for (const isApart of [true, false]) {
    const { ports, port } = await portsAt(false)
    assert.equal(await ports.sideDoor(port, { isApart }), { at: 'nowhere' })
    const server = answering('in')
    server.listen(port)
    await once(server, 'listening')
    const listening = server as unknown as Listening
    const handle = listening._handle
    // The cluster module takes the socket from the server that it has listened with.
    if (!isApart) listening._handle = null
    assert.equal(await ports.sideDoor(port, { isApart }), { at: 'port' })
    assert.is(await ask(port), 'in')
    handle?.close()
  }
})

test('address() tells where the socket is, whatever was asked for', async () => {
  const { ports, port } = await portsAt()
  const server = net.createServer()
  server.listen({ port, host: '0.0.0.0', ipv6Only: true, reusePort: true })
  await once(server, 'listening')
  assert.equal(server.address(), { address: '127.0.0.1', family: 'IPv4', port })
  ports.close()
  server.close()
})

test('address() of a Unix socket is its path, and a second server that asks for it is refused', async () => {
  using at = scratch()
  const path = at.path('a.sock')
  const ports = new Ports([{ name: 'main', path }], new Map([['main', given({ name: 'main', path })]]))
  ports.serve()
  ports.open()
  const server = net.createServer()
  server.listen({ path })
  await once(server, 'listening')
  assert.is(server.address(), path)
  const second = net.createServer().listen(path)
  const [error] = (await once(second, 'error')) as [NodeJS.ErrnoException]
  assert.is(error.code, 'EADDRINUSE')
  ports.close()
  server.close()
})

test('a server is closed by its signal, also by one that was aborted before', async () => {
  const { ports, port } = await portsAt()
  const abort = new AbortController()
  const server = net.createServer().listen({ port, signal: abort.signal })
  await once(server, 'listening')
  abort.abort()
  await once(server, 'close')
  server.listen({ port, signal: abort.signal })
  await once(server, 'close')
  ports.close()
})

test('a handle, any free port and another port are no concern of it', async () => {
  const { ports, port } = await portsAt()
  const other = await freePort()
  const handle = bind({ name: 'x', host: '127.0.0.1', port: 0 })
  const asked: (object | number)[] = [{ _handle: handle }, 0, other]
  for (const one of asked) {
    const server = net.createServer()
    server.listen(one)
    await once(server, 'listening')
    assert.is.not((server.address() as net.AddressInfo).port, port)
    server.close()
    await once(server, 'close')
  }
  assert.equal(ports.firstIfFree, { name: 'main', host: '127.0.0.1', port })
})

test('lend() lets a server have the socket until another one asks for it', async () => {
  const { ports, port } = await portsAt()
  const lent = answering('lent')
  lent.listen(port)
  ports.lend(lent)
  assert.is(await ask(port), 'lent')
  const own = answering('own')
  own.listen(port)
  assert.is(await ask(port), 'own')
  ports.close()
  own.close()
})

test('open() lets whoever connected before be served, and drain() counts what each server had', async () => {
  const { ports, port } = await portsAt(false)
  const first = net.createServer()
  first.listen(port)
  await once(first, 'listening')
  ports.open()
  const client = net.connect(port, '127.0.0.1')
  await once(first, 'connection')
  first.close()
  const second = net.createServer()
  second.listen(port)
  const late = net.connect(port, '127.0.0.1')
  await once(second, 'connection')
  assert.is(ports.busy, 2)
  ports.drain({ timeoutMs: 1000, endsOwn: false })
  client.destroy()
  late.destroy()
  await until(() => ports.busy === 0, 'both are over')
  second.close()
})

test('a server that listens before the run is up keeps its program alive, until it is closed or open() lets it accept', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  const { ports, port } = await portsAt(false)
  const before = timers()
  const server = answering('it')
  server.listen(port)
  await once(server, 'listening')
  assert.is(timers() - before, 1)
  server.close()
  await once(server, 'close')
  assert.is(timers() - before, 0)
  server.listen(port)
  await once(server, 'listening')
  assert.is(timers() - before, 1)
  ports.open()
  assert.is(timers() - before, 0)
  assert.is(await ask(port), 'it')
  server.close()
})

test('keep() says whether a keeper could be begun', async () => {
  using at = scratch()
  const { ports, port } = await portsAt()
  const order = { key: 'web', ports: [{ name: 'main', host: '127.0.0.1', port }] }
  const keeper = { command: ['true'] as [string], env: {}, order }
  assert.is(ports.keep({ ...keeper, cwd: at.dir }), true)
  assert.is(ports.keep({ ...keeper, cwd: at.path('gone') }), false)
  assert.is(
    ports.keep({ ...keeper, cwd: at.dir, order: { ...order, ports: [{ name: 'other', host: '127.0.0.1', port }] } }),
    false,
  )
  ports.close()
})

test.run()
