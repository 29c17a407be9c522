// A connection of lines and its limits, over a real socket, with a dispatcher that is the test's. Not here: what is
// answered (rpc.test.ts), the doors (e2e/wire.test.ts, e2e/security.test.ts).
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Authority, Identity } from '../../../../daemon/server/access/authority.ts'
import { Answers } from '../../../../daemon/server/answers.ts'
import type { Visitor } from '../../../../daemon/server/doorstep.ts'
import type { Client } from '../../../../daemon/server/lines/client.ts'
import type { Rpc } from '../../../../daemon/server/lines/rpc.ts'
import { serveLines } from '../../../../daemon/server/lines/session.ts'
import { Unread } from '../../../../daemon/server/unread.ts'
import type { Seams } from '../../../../daemon/system/seams.ts'
import { defaultSettings, type Settings } from '../../../../protocol/settings.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'

const admin: Identity = { name: 'default', role: 'admin', path: '' }

type Options = {
  settings?: Partial<Settings>
  isVisitor?: boolean
  answer?: (message: never, client: Client) => unknown
  room?: () => Promise<void> | undefined
}

/** A client of a server of one session after the other. */
class Line {
  text = ''
  isClosed = false
  hasEnded = false
  readonly socket: net.Socket

  constructor(path: string) {
    this.socket = net.connect({ path, allowHalfOpen: true }).setEncoding('utf8')
    this.socket.on('data', text => (this.text += text)).on('error', () => {})
    this.socket.on('end', () => {
      this.hasEnded = true
    })
    this.socket.on('close', () => {
      this.isClosed = true
    })
  }

  get answers(): unknown[] {
    return this.text.split('\n').flatMap(line => (line.trim() === '' ? [] : [JSON.parse(line)]))
  }

  say(...messages: unknown[]): void {
    this.socket.write(
      messages.map(message => `${typeof message === 'string' ? message : JSON.stringify(message)}\n`).join(''),
    )
  }

  async hears(count: number): Promise<unknown[]> {
    return await until(() => this.answers.length >= count && this.answers, `${count} answers came`)
  }
}

type Serving = { connect: () => Line; said: string[]; answers: Answers }

async function serving(options: Options, work: (at: Serving) => Promise<void>) {
  using at = scratch()
  const said: string[] = []
  const seams = {
    settings: { ...defaultSettings, wrongTokenDelay: 1, ...options.settings },
    log: { warn: (_: string, message: string) => void said.push(message) },
  } as unknown as Pick<Seams, 'settings' | 'log'>
  const authority = {
    judge: (token: unknown) => (token === 'right' ? { identity: admin } : { refusal: 'wrong' }),
    presented: () => undefined,
    hold: () => () => {},
    isValid: () => true,
  } as unknown as Authority
  const rpc = {
    answer: async (message: never, client: Client) => (options.answer ?? (echo => ({ echo })))(message, client),
    answerGarbage: () => ({ garbage: true }),
    room: options.room ?? (() => undefined),
  } as unknown as Rpc
  const answers = new Answers()
  const visitor: Visitor = { address: '192.0.2.1', welcome: () => {} }
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.once('data', (first: Buffer) => {
      socket.pause()
      const unread = new Unread(seams.settings)
      const known = options.isVisitor ? visitor : undefined
      serveLines(socket, first, { seams, rpc, authority, answers, unread, visitor: known })
    })
  })
  server.listen(at.path('sock'))
  await once(server, 'listening')
  try {
    await work({ connect: () => new Line(at.path('sock')), said, answers })
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
}

test('serveLines() answers each line, also those that came with the first, and passes over empty ones', async () => {
  await serving({}, async ({ connect }) => {
    const line = connect()
    line.say({ a: 1 }, '', '  ', { b: 2 })
    assert.equal(await line.hears(2), [{ echo: { a: 1 } }, { echo: { b: 2 } }])
    line.say('no json')
    assert.equal((await line.hears(3))[2], { garbage: true })
    assert.not.ok(line.isClosed)
  })
})

test('serveLines() gives a client that has closed its half its answers, and then closes', async () => {
  const slow = Promise.withResolvers<void>()
  const answer = async () => {
    await slow.promise
    return { late: true }
  }
  await serving({ answer }, async ({ connect }) => {
    const line = connect()
    line.socket.end('{"a":1}\n')
    await until(() => line.text.startsWith(' '), 'it is tried whether the client is there')
    slow.resolve()
    assert.equal(await line.hears(1), [{ late: true }])
    await until(() => line.isClosed, 'it is closed')
  })
})

test('serveLines() answers a last line without a newline, and keeps the digits of an id', async () => {
  await serving({}, async ({ connect }) => {
    const line = connect()
    line.socket.end('{"id":9007199254740993}')
    await until(() => line.isClosed, 'it is closed')
    assert.is(line.text.trim(), '{"echo":{"id":9007199254740993}}')
  })
})

test('serveLines() refuses a line beyond the limit, and ends the connection', async () => {
  await serving({ settings: { maxLineBytes: 100 } }, async ({ connect }) => {
    const line = connect()
    line.say({ text: 'x'.repeat(200) })
    const [answer] = (await line.hears(1)) as [{ error: { data: { code: string; limit: number } } }]
    assert.equal([answer.error.data.code, answer.error.data.limit], ['too_large', 100])
    await until(() => line.hasEnded, 'it is ended')
  })
})

test('serveLines() has a shorter limit for a client that is not known, until it is', async () => {
  const answer = (message: { token?: string }, client: Client) => {
    if (message.token !== undefined) client.authorize(message.token)
    return { isKnown: client.identity !== undefined }
  }
  const settings = { maxLineBytes: 1000, maxUnauthorizedLineBytes: 50 }
  await serving({ isVisitor: true, settings, answer }, async ({ connect }) => {
    const unknown = connect()
    unknown.say({ text: 'x'.repeat(100) })
    assert.match(JSON.stringify(await unknown.hears(1)), 'too_large')
    const known = connect()
    known.say({ token: 'right' })
    await known.hears(1)
    known.say({ text: 'x'.repeat(100) })
    assert.equal((await known.hears(2))[1], { isKnown: true })
  })
})

test('serveLines() gives who is not known one answer, whatever it said behind it, and ends the connection', async () => {
  for (const first of [{ a: 1 }, 'no json', { token: 'wrong' }]) {
    const answer = (message: { token?: string }, client: Client) => {
      if (message.token !== undefined) client.authorize(message.token)
      return { refused: true }
    }
    await serving({ isVisitor: true, answer }, async ({ connect }) => {
      const line = connect()
      line.say(first, { b: 2 }, { c: 3 })
      await until(() => line.hasEnded, 'it is ended')
      assert.is(line.answers.length, 1, JSON.stringify(first))
    })
  }
})

test('serveLines() has no more requests under way than it may, and does the others later', async () => {
  const waiting: (() => void)[] = []
  const answer = async (message: object) => {
    await new Promise<void>(resolve => waiting.push(resolve))
    return message
  }
  await serving({ settings: { maxPendingRequests: 2 }, answer }, async ({ connect }) => {
    const line = connect()
    line.say({ n: 0 })
    await until(() => waiting.length === 1, 'the first is under way')
    line.say({ n: 1 })
    await until(() => waiting.length === 2, 'the second is under way')
    line.say({ n: 2 })
    // What is read is read in order: that line is behind the limit until one of them is answered.
    assert.is(waiting.length, 2)
    waiting[0]?.()
    await until(() => waiting.length === 3, 'the third is under way')
    for (const resolve of waiting) resolve()
    assert.is((await line.hears(3)).length, 3)
  })
})

test('serveLines() is at an answer until the kernel has it, and at none of what its client can give up', async () => {
  const news = Promise.withResolvers<void>()
  const work = Promise.withResolvers<void>()
  let asked = 0
  const opening = { id: 'news', method: 'host.watch', window: undefined } as const
  const answer = async (message: { isNews: boolean }, { channels }: Client) => {
    asked++
    if (message.isNews) await channels?.during(opening, async () => await news.promise)
    else await work.promise
    return message
  }
  await serving({ answer }, async ({ connect, answers }) => {
    const line = connect()
    line.say({ isNews: true })
    await until(() => asked === 1, 'it waits for news')
    await answers.sent({ withinMs: 60_000 })
    line.say({ isNews: false })
    await until(() => asked === 2, 'something is under way')
    const sent: string[] = []
    const waiting = answers.sent({ withinMs: 60_000 }).then(() => sent.push('sent'))
    setImmediate(() => {
      sent.push('done')
      work.resolve()
    })
    await waiting
    assert.equal(sent, ['done', 'sent'])
    assert.equal(await line.hears(1), [{ isNews: false }])
    news.resolve()
    await line.hears(2)
  })
})

test('serveLines() takes what is said of a channel as it comes, and tells its values as far as the client takes them', async () => {
  const answer = async ({ id }: { id: number }, { channels }: Client) => {
    const opening = { id, method: 'pod.logs', window: { values: 1, bytes: 10 } } as const
    return await channels?.during(opening, async channel => {
      for (let at = 0; at < 3; at++) await channel?.send(at)
      return { id }
    })
  }
  // One that goes on as its client takes is no reason to read no more of it.
  await serving({ settings: { maxPendingRequests: 1 }, answer }, async ({ connect }) => {
    const line = connect()
    line.say({ id: 7 })
    assert.equal((await line.hears(2))[1], { jsonrpc: '2.0', method: '$/value', params: [7, 0] })
    line.say({ jsonrpc: '2.0', method: '$/more', params: [7, 1] })
    assert.equal((await line.hears(3))[2], { jsonrpc: '2.0', method: '$/value', params: [7, 1] })
    line.say({ jsonrpc: '2.0', method: '$/more', params: [7, 5] })
    assert.equal((await line.hears(5))[4], { id: 7 })
  })
})

test('serveLines() tells a client that says of a channel what makes no sense, and ends the connection', async () => {
  const answer = async ({ id }: { id: number }, { channels }: Client) => {
    const opening = { id, method: 'pod.logs', window: { values: 1, bytes: 10 } } as const
    return await channels?.during(opening, async () => await new Promise(() => {}))
  }
  await serving({ answer }, async ({ connect }) => {
    const line = connect()
    line.say({ id: 7 }, { method: '$/more', params: [8, 'odd'] }, { method: '$/more', params: [7, 'odd'] })
    const [told] = (await line.hears(1)) as [{ id: null; error: { data: { code: string } } }]
    assert.equal([told.id, told.error.data.code], [null, 'bad_request'])
    await until(() => line.hasEnded, 'it is ended')
  })
})

test('serveLines() tells a channel that its client is gone', async () => {
  const left = Promise.withResolvers<unknown>()
  const answer = async ({ id }: { id: number }, { channels }: Client) =>
    await channels?.during({ id, method: 'pod.call', window: undefined }, async channel => {
      channel?.leaving.signal.addEventListener('abort', () => left.resolve(channel.leaving.reason))
      return await left.promise
    })
  await serving({ answer }, async ({ connect }) => {
    const line = connect()
    line.say({ id: 7 })
    line.socket.once('ready', () => line.socket.destroy())
    assert.is(((await left.promise) as Error).message, 'The client is gone')
  })
})

test('serveLines() cuts off a client that does not read its answers', async () => {
  const answer = () => ({ text: 'x'.repeat(100_000) })
  await serving({ settings: { maxUnreadBytes: 1_000_000 }, answer }, async ({ connect, said }) => {
    const line = connect()
    line.socket.pause()
    for (let nth = 0; nth < 100; nth++) line.say({ nth })
    await until(() => said.length > 0, 'it is cut off')
    assert.equal(said, ['a client that does not read its answers was cut off'])
  })
})

test('serveLines() closes a known visitor that does nothing, but not one that waits for an answer', async () => {
  const late = Promise.withResolvers<void>()
  const answer = async (message: { wait?: boolean; token?: string }, client: Client) => {
    if (message.token !== undefined) client.authorize(message.token)
    if (message.wait) await late.promise
    return { done: true }
  }
  await serving({ isVisitor: true, settings: { idleTimeout: 100 }, answer }, async ({ connect }) => {
    const [idle, waiting] = [connect(), connect()]
    waiting.say({ token: 'right' }, { wait: true })
    await waiting.hears(1)
    idle.say({ token: 'right' })
    await until(() => idle.isClosed || idle.hasEnded, 'the idle one is closed')
    assert.not.ok(waiting.hasEnded)
    late.resolve()
    assert.is((await waiting.hears(2)).length, 2)
  })
})

test('many lines of one chunk are taken in their order, the last one before the end too, and only while there is room', async () => {
  let held: PromiseWithResolvers<void> | undefined
  const room = () => {
    if (held) return undefined
    held = Promise.withResolvers()
    return held.promise
  }
  await serving({ room }, async ({ connect }) => {
    const line = connect()
    const numbers = Array.from({ length: 100 }, (_, n) => n)
    line.socket.end(numbers.map(n => `{"n":${n}}`).join('\n'))
    await until(() => held, 'it is held')
    assert.equal(line.answers, [])
    held?.resolve()
    assert.equal(
      await line.hears(100),
      numbers.map(n => ({ echo: { n } })),
    )
    await until(() => line.hasEnded, 'it is over')
  })
})

test.run()
