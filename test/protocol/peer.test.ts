// The two ends of the link, tied to each other by nothing but their lines. Not here: sockets (e2e).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Channel } from '../../protocol/channel/channel.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import { type Handlers, Peer } from '../../protocol/peer.ts'
import { failsWith } from '../fails.ts'

type Left = { double: { params: { n: number }; result: number }; note: { params: { text: string }; result: null } }
type Right = {
  ask: { params: Record<string, never>; result: string }
  odd: { params: Record<string, never>; result: unknown }
}

type Pair = { left: Peer<Left, Right>; right: Peer<Right, Left>; lines: string[] }

/** Two peers; what one sends the other receives at once. */
function pair(ofLeft: Partial<Handlers<Right>> = {}, ofRight: Partial<Handlers<Left>> = {}): Pair {
  const lines: string[] = []
  const carry = (to: () => { receive(line: string): void }) => (line: string) => {
    lines.push(line)
    assert.not.match(line, '\n')
    to().receive(line)
  }
  const left: Peer<Left, Right> = new Peer(
    carry(() => right),
    ofLeft as Handlers<Right>,
    { hasDialled: true },
  )
  const right: Peer<Right, Left> = new Peer(
    carry(() => left),
    ofRight as Handlers<Left>,
    { hasDialled: false },
  )
  return { left, right, lines }
}

async function failure(promise: Promise<unknown>): Promise<P8aError> {
  return await promise.then(
    value => assert.unreachable(`it should fail: ${JSON.stringify(value)}`) as never,
    error => error,
  )
}

test('requests are answered both ways at the same time, each with its own answer', async () => {
  const { left, right } = pair({ ask: () => 'from left' }, { double: async ({ n }) => n * 2 })
  const answers = await Promise.all([
    left.request('double', { n: 1 }),
    right.request('ask', {}),
    left.request('double', { n: 21 }),
  ])
  assert.equal(answers, [2, 'from left', 42])
  assert.equal([left.pending, right.pending], [0, 0])
})

test('answers may come in another order than the requests', async () => {
  const first = Promise.withResolvers<void>()
  const { left } = pair({}, { double: async ({ n }) => (n === 1 ? first.promise.then(() => 2) : n * 2) })
  const order: number[] = []
  const one = left.request('double', { n: 1 }).then(value => order.push(value))
  const two = left.request('double', { n: 2 }).then(value => order.push(value))
  await two
  first.resolve()
  await one
  assert.equal(order, [4, 2])
})

test('a notification is handled and never answered', async () => {
  const seen: string[] = []
  const { left, lines } = pair(
    {},
    {
      note: ({ text }) => {
        seen.push(text)
        return null
      },
    },
  )
  left.notify('note', { text: 'hi' })
  left.notify('double', { n: 1 })
  await Promise.resolve()
  assert.equal(seen, ['hi'])
  assert.is(lines.length, 2)
})

test('an error comes back as what it was; one that nobody expected as internal', async () => {
  const { left } = pair(
    {},
    {
      double: ({ n }) => {
        if (n === 1) throw new P8aError('call_failed', 'no luck', { hint: 'try', facts: { fn: 'x' } })
        throw new TypeError('a secret')
      },
    },
  )
  const error = await failure(left.request('double', { n: 1 }))
  assert.equal([error.code, error.message, error.hint, error.facts], ['call_failed', 'no luck', 'try', { fn: 'x' }])
  assert.is((await failure(left.request('double', { n: 2 }))).code, 'internal')
})

test('a method there is not is refused, also one that every object has', async () => {
  const { left } = pair({}, {})
  assert.is((await failure(left.request('double', { n: 1 }))).code, 'method_not_found')
  assert.is((await failure(left.request('toString' as 'double', { n: 1 }))).code, 'method_not_found')
})

test('undefined as a result is null', async () => {
  const { left } = pair({}, { note: () => undefined as never })
  assert.is(await left.request('note', { text: '' }), null)
})

test('a result that is no JSON fails its request, and leaves nothing unhandled', async () => {
  const unhandled: unknown[] = []
  const listen = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', listen)
  const circle: Record<string, unknown> = {}
  circle.self = circle
  for (const result of [12n, circle]) {
    const { right } = pair({ odd: () => result })
    const error = await failure(right.request('odd', {}, { timeoutMs: 200 }))
    assert.is.not(error.code, 'timeout', 'it is told that the result cannot be sent')
  }
  process.off('unhandledRejection', listen)
  assert.equal(unhandled, [])
})

test('an error whose facts are no JSON comes back without them', async () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const { right } = pair({
    odd: () => {
      throw new P8aError('bad_params', 'Cannot read it', { facts: { what: circle } })
    },
  })
  const error = await failure(right.request('odd', {}))
  assert.equal([error.code, error.message, error.facts], ['bad_params', 'Cannot read it', {}])
})

test('params that are no JSON fail the request and leave nothing pending', async () => {
  const { left } = pair({}, { double: () => 0 })
  let failed = false
  try {
    await left.request('double', { n: 12n as never })
  } catch {
    failed = true
  }
  assert.ok(failed)
  assert.is(left.pending, 0)
})

test('request() fails after its time, and an answer that comes later harms nobody', async () => {
  const late = Promise.withResolvers<number>()
  const { left } = pair({}, { double: () => late.promise })
  const error = await failure(left.request('double', { n: 1 }, { timeoutMs: 1 }))
  assert.is(error.code, 'timeout')
  assert.is(left.pending, 0)
  late.resolve(2)
  await late.promise
  assert.is(left.pending, 0)
})

test('request() may wait longer than a timer of Node can', async () => {
  const later = Promise.withResolvers<number>()
  const { left } = pair({}, { double: () => later.promise })
  const answer = left.request('double', { n: 1 }, { timeoutMs: 2 ** 31 })
  setTimeout(() => later.resolve(2), 20)
  assert.is(await answer, 2)
})

test('close() fails what waits, with what it is told', async () => {
  const { left } = pair({}, { double: () => new Promise<number>(() => {}) })
  const requests = [left.request('double', { n: 1 }), left.request('double', { n: 2 }, { timeoutMs: 60_000 })].map(
    failure,
  )
  left.close(new P8aError('host_gone', 'The host is gone'))
  assert.equal(
    (await Promise.all(requests)).map(error => error.code),
    ['host_gone', 'host_gone'],
  )
  assert.is(left.pending, 0)
})

test('receive() throws on what is no JSON, and takes no notice of an answer nobody asked for', () => {
  const { left } = pair()
  assert.throws(
    () => left.receive('garbage'),
    (error: unknown) => error instanceof SyntaxError,
  )
  left.receive('{"jsonrpc":"2.0","id":99,"result":1}')
})

test('open() gives a value where no stream comes, and else the channel of what comes before the end', async () => {
  type Asks = { count: { params: { to: number }; result: string } }
  const handlers: Handlers<Asks> = {
    count: async ({ to }, channel) => {
      assert.ok(channel.takesValues)
      if (to === 0) return 'none'
      channel.begin()
      for (let at = 1; at <= to; at++) await channel.send(at)
      return 'done'
    },
  }
  const left: Peer<Asks, Asks> = new Peer(line => right.receive(line), handlers, { hasDialled: true })
  const right: Peer<Asks, Asks> = new Peer(line => left.receive(line), handlers, { hasDialled: false })
  for (const peer of [left, right]) {
    assert.equal(await peer.open('count', { to: 0 }, { takes: usualWindow }), { value: 'none' })
    const answer = await peer.open('count', { to: 40 }, { takes: usualWindow })
    const taken: unknown[] = []
    if ('stream' in answer) {
      for (let next = await answer.stream.take(); ; next = await answer.stream.take()) {
        taken.push(next.value)
        if (next.done) break
      }
    }
    assert.equal(taken, [...Array.from({ length: 40 }, (_, at) => at + 1), 'done'])
    assert.is(peer.pending, 0)
  }
})

test('a channel of each side may have messages at once, and each is about its own', async () => {
  type Asks = { echo: { params: { name: string }; result: null } }
  const handlers: Handlers<Asks> = {
    echo: async ({ name }, channel) => {
      channel.begin()
      channel.accept(usualWindow)
      for await (const value of channel) await channel.send(`${name} ${value}`)
      return null
    },
  }
  const left: Peer<Asks, Asks> = new Peer(line => right.receive(line), handlers, { hasDialled: true })
  const right: Peer<Asks, Asks> = new Peer(line => left.receive(line), handlers, { hasDialled: false })
  const said = await Promise.all(
    [left, right].map(async (peer, at) => {
      const answer = await peer.open('echo', { name: String(at) }, { takes: usualWindow })
      if (!('stream' in answer)) return assert.unreachable() as never
      for (const value of ['a', 'b']) await answer.stream.send(value)
      answer.stream.end()
      const values: unknown[] = []
      for await (const value of answer.stream) values.push(value)
      return values
    }),
  )
  assert.equal(said, [
    ['0 a', '0 b'],
    ['1 a', '1 b'],
  ])
})

test('a request that is given up, or is late, is so for the other end too, and its answer is not sent', async () => {
  const leaving: Channel['leaving'][] = []
  const { left, lines } = pair(
    {},
    {
      double: (_, channel) => {
        leaving.push(channel.leaving)
        return new Promise<number>(resolve => channel.leaving.signal.addEventListener('abort', () => resolve(1)))
      },
    },
  )
  const giving = new AbortController()
  const givenUp = failure(left.request('double', { n: 1 }, { signal: giving.signal }))
  giving.abort()
  assert.is((await givenUp).code, 'aborted')
  const explain = (error: P8aError) => new P8aError('timeout', `explained: ${error.code}`)
  assert.is((await failure(left.request('double', { n: 1 }, { timeoutMs: 1, explain }))).message, 'explained: timeout')
  assert.is((await failure(left.request('double', { n: 1 }, { signal: AbortSignal.abort() }))).code, 'aborted')
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(
    leaving.map(({ reason }) => (reason as P8aError).code),
    ['aborted', 'aborted'],
  )
  assert.not.ok(lines.some(line => line.includes('"result"')))
})

test('close() tells what is asked of us too that nobody waits any more', async () => {
  const gone = Promise.withResolvers<unknown>()
  const { left, right } = pair(
    {},
    {
      double: async (_, { leaving }) => {
        leaving.signal.addEventListener('abort', () => gone.resolve(leaving.reason))
        return await new Promise<number>(() => {})
      },
    },
  )
  const asked = failure(left.request('double', { n: 1 }))
  const error = new P8aError('host_gone', 'The host went away')
  right.close(error)
  assert.is(await gone.promise, error)
  left.close(error)
  await asked
})

test('receive() refuses what is no message, and an id that could not be written into an answer', () => {
  const peer = new Peer<Left, Right>(() => {}, {} as Handlers<Right>, { hasDialled: true })
  const deep = `${'[{"1":'.repeat(4000)}1${'}]'.repeat(4000)}`
  for (const line of [
    'null',
    '5',
    '"text"',
    '[1]',
    '{"jsonrpc":"2.0"}',
    `{"id":${deep},"method":"ask"}`,
    '{"id":{},"method":"ask"}',
  ])
    assert.throws(
      () => peer.receive(line),
      (error: Error) => error instanceof SyntaxError,
    )
})

test('an answer that makes no sense to the asker fails the request, and nothing else', async () => {
  const said: string[] = []
  const left: Peer<Left, Right> = new Peer(line => right.receive(line), {} as Handlers<Right>, {
    hasDialled: true,
    checkAnswer: (method, answer) => {
      said.push(method)
      if (typeof answer !== 'number') throw new P8aError('bad_answer', 'That is no number')
    },
  })
  const odd = { double: ({ n }: { n: number }) => (n === 2 ? 'four' : n * 2) as number }
  const right: Peer<Right, Left> = new Peer(line => left.receive(line), odd as unknown as Handlers<Left>, {
    hasDialled: false,
  })
  await failsWith('bad_answer', () => left.request('double', { n: 2 }))
  assert.equal([await left.request('double', { n: 3 }), left.pending, said], [6, 0, ['double', 'double']])
})

test('a request, a value or an answer that the other end would not take is refused, and all else goes on', async () => {
  const long = 'x'.repeat(100)
  const { left, right } = pair(
    {
      ask: async () => long,
      odd: async (_, channel) => {
        await channel.send(long)
        return null
      },
    },
    { double: async ({ n }) => 2 * n },
  )
  left.maxBytes = 100
  await failsWith('too_large', () => right.request('ask', {}))
  await failsWith('too_large', () => left.request('note', { text: long }))
  const { stream } = (await right.open('odd', {}, { takes: usualWindow })) as { stream: Channel }
  await failsWith('too_large', () => stream.take())
  assert.is(await left.request('double', { n: 2 }), 4)
})

test('onAwaiting is told when the first request is under way, and when none is any more', async () => {
  type Asks = { echo: { params: unknown; result: unknown }; count: { params: null; result: null } }
  const told: boolean[] = []
  const handlers: Handlers<Asks> = {
    echo: async (value: unknown) => value,
    count: async (_, channel) => {
      await channel.send(1)
      await channel.send(2)
      return null
    },
  }
  const options = { hasDialled: true, onAwaiting: (isAwaiting: boolean) => void told.push(isAwaiting) }
  const left: Peer<Asks, Asks> = new Peer(line => right.receive(line), handlers, options)
  const right: Peer<Asks, Asks> = new Peer(line => left.receive(line), handlers, { hasDialled: false })
  await Promise.all([left.request('echo', 1), left.request('echo', 2)])
  assert.equal(told, [true, false])
  const aside = await left.open('count', null, { takes: usualWindow, keeps: false })
  const counted = await left.open('count', null, { takes: usualWindow })
  assert.equal(told.splice(0), [true, false, true], 'the stream that keeps nothing is not told of')
  for await (const _ of (counted as { stream: Channel }).stream);
  assert.equal(told, [false])
  ;(aside as { stream: Channel }).stream.cancel()
  assert.equal(told, [false])
})

test.run()
