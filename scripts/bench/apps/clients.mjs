// Clients of a proxy in a process of their own: `clients.mjs PORT KIND JSON` prints what they saw, as JSON. They speak by bare sockets, so that
// they cost less than what they measure.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { connect as connectSecure } from 'node:tls'

const [port, kind, given = '{}'] = process.argv.slice(2)
const options = JSON.parse(given)
const kinds = { closed, spaced, echo, idle, handshakes }

/** Each connection asks again once it has the whole answer, until so many are there. */
async function closed() {
  const times = []
  let failed = 0
  let left = options.count
  const clients = await Promise.all(Array.from({ length: options.connections }, () => Client.open()))
  const begunAll = performance.now()
  const work = clients.map(async client => {
    while (left-- > 0) {
      const begun = performance.now()
      try {
        await client.ask(options.path)
        times.push(performance.now() - begun)
      } catch {
        failed++
        return
      }
    }
  })
  await Promise.all(work)
  const perSecond = (times.length * 1000) / (performance.now() - begunAll)
  return { perSecond, ...quantiles(times), all: times.length, failed }
}

/** So many requests a second over one connection, one at a time. */
async function spaced() {
  const client = await Client.open()
  const times = []
  const everyMs = 1000 / options.perSecond
  for (let count = 0; count < options.count; count++) {
    const begun = performance.now()
    await client.ask('/1k')
    const tookMs = performance.now() - begun
    if (count >= options.count / 10) times.push(tookMs)
    await delay(Math.max(0, everyMs - tookMs))
  }
  return quantiles(times)
}

/** A message of 100 bytes to each joined connection, and the next one once it is back. */
async function echo() {
  const sockets = await Promise.all(Array.from({ length: options.connections }, joined))
  let count = 0
  const message = Buffer.alloc(100, 'm')
  for (const socket of sockets) {
    let missing = message.length
    socket.on('data', part => {
      missing -= part.length
      if (missing > 0) return
      count++
      missing = message.length
      socket.write(message)
    })
    socket.write(message)
  }
  await delay(options.warmMs)
  const [before, begun] = [count, performance.now()]
  await delay(options.forMs)
  return { perSecond: ((count - before) * 1000) / (performance.now() - begun) }
}

/** Joined connections that are silent, until the parent says a line; they say a line when all are open. */
async function idle() {
  const sockets = []
  while (sockets.length < options.count) {
    const wave = Math.min(100, options.count - sockets.length)
    sockets.push(...(await Promise.all(Array.from({ length: wave }, joined))))
  }
  process.stdout.write('open\n')
  await once(process.stdin, 'data')
  return { closed: sockets.filter(socket => socket.destroyed || socket.readableEnded).length }
}

/** New connections by TLS, each with one request; with `resumes` they go on with the session of the first one. */
async function handshakes() {
  let session
  const one = async () => {
    const secure = { host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false, session }
    const socket = connectSecure(secure)
    socket.on('error', () => {})
    socket.on('session', given => {
      if (options.resumes) session ??= given
    })
    await once(socket, 'secureConnect')
    const isReused = socket.isSessionReused()
    socket.write('GET /1k HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    for await (const _ of socket);
    return isReused
  }
  await one()
  let count = 0
  let reused = 0
  const begun = performance.now()
  const worker = async () => {
    while (performance.now() - begun < options.forMs) {
      if (await one()) reused++
      count++
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  return { perSecond: (count * 1000) / (performance.now() - begun), reused: reused / count }
}

/** A connection that is used again and again. */
class Client {
  #socket
  #missing = -1
  #waiting

  static async open() {
    const client = new Client()
    client.#socket = connect(Number(port), '127.0.0.1')
    client.#socket.setNoDelay(true)
    client.#socket.on('data', part => client.#take(part))
    client.#socket.on('error', () => {})
    client.#socket.on('close', () => client.#waiting?.reject(new Error('closed')))
    await once(client.#socket, 'connect')
    return client
  }

  async ask(path) {
    this.#waiting = Promise.withResolvers()
    this.#missing = -1
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n`)
    await this.#waiting.promise
  }

  #take(part) {
    let bytes = part.length
    if (this.#missing < 0) {
      const end = part.indexOf('\r\n\r\n') + 4
      const head = part.latin1Slice(0, end)
      if (!head.startsWith('HTTP/1.1 200')) return this.#waiting.reject(new Error(head))
      this.#missing = Number(/content-length: *(\d+)/i.exec(head)?.[1])
      bytes -= end
    }
    this.#missing -= bytes
    if (this.#missing === 0) this.#waiting.resolve()
  }
}

async function joined() {
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  socket.setNoDelay(true)
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`)
  const [head] = await once(socket, 'data')
  if (!head.toString().startsWith('HTTP/1.1 101')) throw new Error(`${head}`)
  return socket
}

function quantiles(times) {
  times.sort((a, b) => a - b)
  const at = share => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}

process.stdout.write(JSON.stringify(await kinds[kind]()))
process.exit()
