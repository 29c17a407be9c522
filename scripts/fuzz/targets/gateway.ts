// The gateway between a client and a pod, of which neither does what it should: it answers or closes, and lets go of both.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { httpDoor } from '../../../pods/gateway/doors.ts'
import { Gateway } from '../../../pods/gateway/gateway.ts'
import { settingsOf } from '../../../pods/gateway/settings.ts'
import { damaged } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'
import { Uncaught } from '../uncaught.ts'

const host = 'example.com'
const limits = { answerTimeout: '50ms', bodyTimeout: '50ms', headersTimeout: '200ms' }
/** How long a client waits, and how long the gateway may hold on to what it has left. */
const clientMs = 150
const letGoMs = 10_000

const fields = [
  'Connection: close',
  'Connection: upgrade',
  'Content-Length: 5',
  'Cookie: a=b',
  'Expect: 100-continue',
  'Expect: much',
  'Te: trailers',
  'Trailer: X-T',
  'Transfer-Encoding: chunked',
  'Upgrade: websocket',
  'X-A: \xff\xc3\xa9',
  '__proto__: 1',
  'constructor: 1',
]
const bodies = ['', '', 'hello', '5\r\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\nX-T: \x80\r\n\r\n', 'z\r\n']

const headed = (first: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(first, fc.subarray(fields, { maxLength: 4 }), fc.constantFrom(...bodies))
    .map(([line, chosen, body]) => `${[line, ...chosen].join('\r\n')}\r\n\r\n${body}`)

const request = headed(
  fc
    .tuple(
      fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'CONNECT', 'QUERY'),
      fc.constantFrom('/', '*', '/a?b#c', '//', '/%00', `http://${host}/`, '/\xff'),
      fc.constantFrom('1', '1', '1', '0'),
    )
    .map(([method, path, minor]) => `${method} ${path} HTTP/1.${minor}\r\nHost: ${host}`),
)
const answer = headed(
  fc.constantFrom(
    'HTTP/1.1 200 OK',
    'HTTP/1.1 200 O\x07K',
    'HTTP/1.0 200 OK',
    'HTTP/1.1 099 No',
    'HTTP/1.1 101 Switching Protocols',
    'HTTP/1.1 204 No Content',
    'HTTP/1.1 304 Not Modified',
    'HTTP/1.1 103 Early Hints\r\nLink: none\r\n\r\nHTTP/1.1 200 OK',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK',
    'HTTP/1.1 999 What',
  ),
)

/** One that sends: its texts in one go or a part first, and how it leaves then. */
const side = (text: fc.Arbitrary<string>) =>
  fc.record({
    bytes: damaged(text).map(whole => Buffer.from(whole, 'latin1')),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    end: fc.constantFrom('stay', 'stay', 'end', 'reset'),
  })
type Side = { bytes: Buffer; cut: number; end: string }

export const gateway: Target = {
  id: 'gateway',
  promise: 'the gateway lives, and lets go of both, whatever a client asks and a pod answers',
  open: async () => {
    const uncaught = new Uncaught()
    let answering: Side
    const pods = new Set<Socket>()
    const pod = createServer(socket => {
      pods.add(socket)
      socket.on('error', () => {}).on('close', () => pods.delete(socket))
      socket.once('data', () => send(socket, answering))
    })
    const ports = [{ name: 'main', host: '127.0.0.1', port: await listening(pod) }]
    const web = { status: 'up', want: 'up', text: '', ports, config: { route: [{ at: host }], listen: { main: '1' } } }
    const settings = settingsOf({ access: 'all', ...limits })
    const behind = { pods: new Map([['web', web]]), wake: async () => {} }
    const gateway = new Gateway(behind, settings, over => void over.told())
    gateway.changed()
    const door = httpDoor(gateway, settings)
    const port = await listening(door)
    return {
      property: holdsFor(
        fc.tuple(fc.array(side(request), { minLength: 1, maxLength: 2 }), side(answer)),
        async input => {
          answering = input[1]
          await ask(port, input[0])
          await uncaught.none()
          const { web: counted } = gateway.count().pods
          const endMs = performance.now() + letGoMs
          while ((gateway.count().pods.web?.open ?? 0) > 0) {
            assert.ok(performance.now() < endMs, `it holds on to ${JSON.stringify(counted)}`)
            await new Promise(resolve => setTimeout(resolve, 5))
          }
        },
      ),
      close: async () => {
        door.close().closeAllConnections()
        pod.close()
        for (const socket of pods) socket.destroy()
        await gateway.close()
        uncaught.close()
      },
    }
  },
}

async function ask(port: number, sides: readonly Side[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' })
  const closed = once(socket, 'close').catch(() => {})
  socket.on('error', () => {}).resume()
  for (const one of sides) send(socket, one)
  const timer = setTimeout(() => socket.destroy(), clientMs)
  await closed
  clearTimeout(timer)
}

function send(socket: Socket, { bytes, cut, end }: Side): void {
  const at = Math.floor(cut * bytes.length)
  socket.write(bytes.subarray(0, at))
  setImmediate(() => {
    if (!socket.writable) return
    if (end !== 'reset') socket.write(bytes.subarray(at))
    if (end === 'end') socket.end()
    else if (end === 'reset') socket.resetAndDestroy()
  })
}

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
