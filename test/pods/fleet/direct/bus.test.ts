// Hosts in one process, on an embedded engine that can be cut off, each with a door at a free port of this machine. Not tested here: machines that
// lose their power, which a ping finds after some seconds.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Direct, DirectBus } from '../../../../pods/fleet/direct/bus.ts'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import type { BusError, BusPort } from '../../../../pods/fleet/port/ports.ts'
import { freePort } from '../../../free-port.ts'
import { until } from '../../../until.ts'

/** What the engine within a process has no end for. */
const mostBytes = 100_000
const bytes = (text: string) => Buffer.from(text)
const options = { timeoutMs: 60_000 }

/** The host b answers with what it was asked, and `known` is what the engine has told of both. */
async function pair() {
  const hub = new Hub()
  const known = new Map<string, Direct>()
  const logged: string[] = []
  const make = async (host: string) => {
    const engine = new EmbeddedEngine(hub)
    await engine.open()
    const { bus: over } = engine
    const limited: BusPort = {
      mostBytes,
      request: async (...given) => await over.request(...given),
      serve: (...given) => over.serve(...given),
      publish: (...given) => over.publish(...given),
      subscribe: (...given) => over.subscribe(...given),
    }
    const bus = new DirectBus({
      engine: {
        bus: limited,
        get isUp() {
          return engine.isUp
        },
      },
      ...{ fleet: 'f', host, directOf: (name: string) => known.get(name), log: (text: string) => logged.push(text) },
      // On a machine that has much else to do.
      openMs: 60_000,
    })
    // What the system gives may be somebody else's as soon as the host is away, who answers nothing.
    await bus.listen('127.0.0.1', await freePort())
    if (bus.told) known.set(host, bus.told)
    return { engine, bus }
  }
  const [a, b] = [await make('a'), await make('b')]
  const asked: string[] = []
  const handlers: Record<string, (text: string) => Promise<Uint8Array>> = {
    fail: async () => {
      throw new Error('it fails')
    },
    never: async () => await new Promise(() => {}),
    large: async () => Buffer.alloc(b.bus.mostBytes + 1),
  }
  b.bus.serve('host.b.do', async frame => {
    const text = Buffer.from(frame).toString()
    asked.push(text)
    return (await handlers[text]?.(text)) ?? bytes(`answer to ${text}`)
  })
  const ask = async (text: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
    Buffer.from(await a.bus.request('host.b.do', bytes(text), { ...options, ...more })).toString()
  const failure = async (text: string): Promise<BusError> =>
    await ask(text).then(
      answer => assert.unreachable(answer),
      error => error,
    )
  return {
    ...{ a, b, known, asked, ask, failure, logged },
    /** The engine is away from now on. */
    cut: () => {
      for (const { engine } of [a, b]) engine.isUp = false
    },
    [Symbol.asyncDispose]: async () => {
      for (const { bus, engine } of [a, b]) {
        bus.close()
        await engine.close()
      }
    },
  }
}

test('while the engine is away hosts ask each other, whether they have before or not', async () => {
  await using at = await pair()
  assert.is(await at.ask('first'), 'answer to first')
  at.cut()
  assert.is(await at.ask('second'), 'answer to second')
  const large = 'x'.repeat(mostBytes - 100)
  assert.is((await at.ask(large)).length, 'answer to '.length + large.length)
  const all = await Promise.all(Array.from({ length: 200 }, (_, one) => at.ask(`call ${one}`)))
  assert.equal(
    all,
    all.map((_, one) => `answer to call ${one}`),
  )
  // What is told needs no answer.
  const heard: string[] = []
  at.b.bus.subscribe('host.b.event.*', (subject, frame) => heard.push(`${subject} ${Buffer.from(frame)}`))
  at.b.bus.subscribe('host.b.leave', (_, frame) => heard.push(Buffer.from(frame).toString()))
  // What is told in the name of another host is not heard, and comes before what is.
  for (const name of ['c', '*']) assert.ok(at.a.bus.publish(`host.b.event.${name}`, bytes('forged')))
  assert.ok(at.a.bus.publish('host.b.event.a', bytes('news')))
  assert.ok(at.a.bus.publish('host.b.leave', bytes('bye')))
  await until(() => heard.join() === 'host.b.event.a news,bye', 'they are heard')
})

test('what failed, is too large, or was given up, is told as such', async () => {
  await using at = await pair()
  at.cut()
  assert.is(await at.ask('hello'), 'answer to hello')
  assert.is((await at.failure('large')).why, 'answer_too_large')
  const ending = new AbortController()
  const given = at.ask('never', { signal: ending.signal }).catch(error => error)
  await until(() => at.asked.at(-1) === 'never', 'it is asked')
  ending.abort(new Error('given up'))
  assert.is((await given).message, 'given up')
  at.b.bus.subscribe('host.b.leave', () => {
    throw new Error('it cannot be read')
  })
  assert.ok(at.a.bus.publish('host.b.leave', bytes('?')))
  assert.is((await at.failure('fail')).why, 'unknown')
  assert.is((await at.ask('never', { timeoutMs: 1 }).catch(error => error)).why, 'unknown')
  // It may come when nobody waits for it any more.
  await until(() => at.asked.filter(asked => asked === 'never').length === 2, 'it has come')
  const before = at.asked.length
  // What is too large is not told, and ends no connection on which others wait.
  const waiting = at.failure('never')
  assert.not.ok(at.a.bus.publish('host.b.leave', Buffer.alloc(at.b.bus.mostBytes + 1000)))
  assert.is(await at.ask('hello'), 'answer to hello')
  assert.equal(at.asked.slice(before), ['never', 'hello'])
  const lost = at.failure('never')
  await until(() => at.asked.length > before + 2, 'it is asked')
  at.b.bus.close()
  for (const one of [waiting, lost]) assert.is((await one).why, 'unknown')
})

test('a host that is not there was not asked, and the engine is asked instead where it is there', async () => {
  await using at = await pair()
  at.b.bus.close()
  // Twice: over the engine while it is tried, and once that has failed.
  for (const text of ['one', 'two']) assert.is(await at.ask(text), `answer to ${text}`)
  at.cut()
  const { why, message } = await at.failure('three')
  assert.is(why, 'not_delivered')
  assert.match(message, /the engine is away, .*127\.0\.0\.1:\d+: ECONNREFUSED/)
  assert.equal(at.asked, ['one', 'two'])
})

test('a host that is out of the fleet, or has another key, is not let in, also where it was', async () => {
  await using at = await pair()
  at.cut()
  assert.is(await at.ask('one'), 'answer to one')
  const own = at.known.get('a') as Direct
  at.known.set('a', { ...own, key: (at.known.get('b') as Direct).key })
  assert.is((await at.failure('two')).why, 'not_delivered')
  at.known.delete('a')
  assert.is((await at.failure('three')).why, 'not_delivered')
  at.known.set('a', own)
  assert.is(await at.ask('four'), 'answer to four')
  assert.equal(at.asked, ['one', 'four'])
})

test('a host that is there no more is let go of, once the connection to it is over', async () => {
  await using at = await pair()
  at.cut()
  assert.is(await at.ask('first'), 'answer to first')
  at.known.delete('b')
  at.a.bus.look()
  assert.is(at.a.bus.peers, 1)
  at.b.bus.close()
  await until(() => {
    at.a.bus.look()
    return at.a.bus.peers === 0
  }, 'it is let go of')
})

test('a key of another one, or none, lets nobody in from the start; strangers are nobody', async () => {
  await using at = await pair()
  at.cut()
  const told = at.known.get('b') as Direct
  for (const key of ['', 'no key', (at.known.get('a') as Direct).key]) {
    at.known.set('b', { ...told, key })
    assert.is((await at.failure('hello')).why, 'not_delivered')
  }
  const socket = connect(told.port, told.host)
  const closed = once(socket, 'close')
  socket.on('error', () => {})
  socket.resume()
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await closed
  at.known.set('b', told)
  assert.is(await at.ask('after all'), 'answer to after all')
  assert.equal(at.asked, ['after all'])
})

test('where a host cannot listen, the log says so, and it is asked over the engine', async () => {
  await using at = await pair()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  at.b.bus.close()
  await at.b.bus.listen('127.0.0.1', port)
  assert.match(at.logged.join(), /over the engine alone: .*EADDRINUSE/)
  assert.is(at.b.bus.told, undefined)
  at.known.delete('b')
  assert.is(await at.ask('one'), 'answer to one')
  taken.close()
  at.b.bus.close()
  await at.b.bus.listen('127.0.0.1', 0)
  at.known.set('b', at.b.bus.told as Direct)
  at.cut()
  assert.is(await at.ask('two'), 'answer to two')
})

test.run()
