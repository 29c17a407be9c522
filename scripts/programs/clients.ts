// Clients of one program: each does one thing over and over, and counts what became of it, until it is told to end.
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import type { Spoken } from './held.ts'

export type Counted = {
  served: number
  failed: string[]
  /** By which codes or frames connections were ended from the other side. */
  ended: Map<string, number>
}

type Client = { counted: Counted; isOver: () => boolean; port: number }

const body = 'sent '.repeat(200)

/** @returns what ends them, and gives what they counted */
export function clientsOf(speaks: readonly Spoken[], port: number): { counted: Counted; end: () => Promise<Counted> } {
  let isOver = false
  const counted: Counted = { served: 0, failed: [], ended: new Map() }
  const client = { counted, isOver: () => isOver, port }
  const working = speaks.flatMap(one => workers[one](client))
  const end = async () => {
    isOver = true
    await Promise.all(working)
    return counted
  }
  return { counted, end }
}

const workers: Readonly<Record<Spoken, (client: Client) => Promise<void>[]>> = {
  http: client => webWorkers(client, http),
  https: client => webWorkers(client, https),
  http2: client => [overSessions(client), overSessions(client)],
  tcp: client => [overTcp(client), overTcp(client)],
  ws: client => [overWebSockets(client, '/', plain), overWebSockets(client, '/', plain)],
  'socket.io': client => [overWebSockets(client, '/socket.io/?EIO=4&transport=websocket', socketIo)],
}

/** Connections that are kept, and new ones; with a body and without. */
function webWorkers(client: Client, of: typeof http | typeof https): Promise<void>[] {
  const agent = new of.Agent({ keepAlive: true })
  const kept = [over(client, async () => await ask(client.port, of, { agent }))]
  kept.push(over(client, async () => await ask(client.port, of, { agent, method: 'POST' })))
  void Promise.all(kept).finally(() => agent.destroy())
  const each = { agent: false } as const
  return [
    ...kept,
    over(client, async () => await ask(client.port, of, each)),
    over(client, async () => await ask(client.port, of, { ...each, method: 'POST' })),
  ]
}

async function over({ counted, isOver }: Client, work: () => Promise<void>): Promise<void> {
  while (!isOver()) {
    try {
      await work()
      counted.served++
    } catch (error) {
      counted.failed.push(String((error as NodeJS.ErrnoException).code ?? error))
    }
  }
}

async function ask(port: number, of: typeof http | typeof https, options: https.RequestOptions): Promise<void> {
  const headers = { 'content-type': 'text/plain' }
  const request = of.request({ port, host: '127.0.0.1', rejectUnauthorized: false, headers, ...options })
  const isPost = options.method === 'POST'
  request.end(isPost ? body : undefined)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part
  if (response.statusCode !== 200 || (isPost && text !== body))
    throw new Error(`${response.statusCode} ${text.slice(0, 20)}`)
}

/** Streams on a session, until its server says that it goes. */
async function overSessions(client: Client): Promise<void> {
  const { counted, isOver, port } = client
  while (!isOver()) {
    const session = http2.connect(`http://127.0.0.1:${port}`)
    session.on('error', () => {})
    let isGoing = false
    session.on('goaway', code => {
      isGoing = true
      note(counted, `GOAWAY ${code}`)
    })
    session.on('close', () => {
      isGoing = true
    })
    await over({ ...client, isOver: () => isOver() || isGoing }, async () => await stream(session, () => isGoing))
    session.close()
  }
}

/** Node refuses a stream by itself that it has not sent when its session is told to go: that is asked for again (RFC 9113, 8.7). */
async function stream(session: http2.ClientHttp2Session, isGoing: () => boolean): Promise<void> {
  const request = session.request({ ':method': 'POST', ':path': '/' })
  request.end(body)
  let text = ''
  try {
    for await (const part of request.setEncoding('utf8')) text += part
  } catch (error) {
    if (isGoing() && request.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM) return
    throw error
  }
  if (text !== body) throw new Error(`a stream ended with ${text.length} characters`)
}

/** Each connection sends, reads it back, and ends. */
async function overTcp(client: Client): Promise<void> {
  await over(client, async () => {
    const socket = net.connect({ port: client.port, host: '127.0.0.1' })
    socket.end(body)
    let text = ''
    for await (const part of socket.setEncoding('utf8')) text += part
    if (text !== body) throw new Error(`a connection ended with ${text.length} characters`)
  })
}

/** `begin`: what is sent first; `say`: what is sent over and over, `isAnswer`: what comes back. */
type Talk = { begin?: string; say: string; isAnswer: (text: string) => boolean }

const plain: Talk = { say: 'said', isAnswer: text => text === 'said' }
const socketIo: Talk = { begin: '40', say: '42["say","a"]', isAnswer: text => text === '42["said","a"]' }

async function overWebSockets(
  { counted, isOver, port }: Client,
  path: string,
  { begin, say, isAnswer }: Talk,
): Promise<void> {
  while (!isOver()) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`)
    const closed = Promise.withResolvers<number>()
    socket.onopen = () => socket.send(begin ?? say)
    socket.onmessage = ({ data }) => {
      if (isAnswer(String(data))) counted.served++
      if (isOver()) socket.close()
      else if (isAnswer(String(data)) || String(data).startsWith('40')) setTimeout(() => socket.send(say), 5)
    }
    socket.onclose = ({ code }) => closed.resolve(code)
    const code = await closed.promise
    if (code === 1012) note(counted, 'close 1012')
    else if (!isOver()) counted.failed.push(`a WebSocket was closed with ${code}`)
  }
}

function note({ ended }: Counted, how: string): void {
  ended.set(how, (ended.get(how) ?? 0) + 1)
}
