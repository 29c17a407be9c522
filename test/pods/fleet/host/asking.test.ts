// What a host asks of another one over a bus that loses answers.
import type { OwnVerbs, P8a } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { answer } from '../../../../pods/fleet/host/answering.ts'
import { ask, open } from '../../../../pods/fleet/host/asking.ts'
import { pack, unpack } from '../../../../pods/fleet/host/messages.ts'
import { BusError, type BusPort } from '../../../../pods/fleet/port/ports.ts'
import { errorOf } from '../../../fails.ts'
import { until } from '../../../until.ts'

const test = suite('asking')

const count = 1000

/** A host whose log has so many lines. */
function answering(bus: BusPort, tell: { onLeft?: () => void } = {}) {
  const verbs = {
    logs: async function* ({ signal }: { signal: AbortSignal }) {
      signal.addEventListener('abort', () => tell.onLeft?.())
      for (let line = 0; line < count; line++) yield { text: `line ${line}` }
    },
  }
  return answer(bus, { p8a: { verbs } as unknown as P8a, own: {} as OwnVerbs, host: 'b', path: 'fleet.b' })
}

const logs = { method: 'pod.logs', params: {}, timeoutMs: 60_000 }

test('an answer that is lost on its way is asked for again, and nothing of it is lost or comes twice', async () => {
  const { bus } = new EmbeddedEngine(new Hub())
  using _ = closing(answering(bus))
  let asked = 0
  const losing: BusPort = {
    ...bus,
    request: async (...args) => {
      const answered = await bus.request(...args)
      asked++
      if (asked % 2 === 0) throw new BusError('unknown', 'There was no answer in time')
      return answered
    },
  }
  const lines = await ask<{ text: string }[]>(losing, 'b', logs)
  assert.equal(
    lines.map(({ text }) => text),
    Array.from({ length: count }, (_, line) => `line ${line}`),
  )
  assert.ok(asked > 4)
})

test('a host that goes answers what it has begun, and begins nothing more', async () => {
  const { bus } = new EmbeddedEngine(new Hub())
  const [called, going] = [Promise.withResolvers<void>(), Promise.withResolvers<{ version: number }>()]
  const verbs = {
    ask: async () => {
      called.resolve()
      return await going.promise
    },
  }
  const host = answer(bus, { p8a: { verbs } as unknown as P8a, own: {} as OwnVerbs, host: 'b', path: 'fleet.b' })
  const asked = { method: 'pod.status', params: { name: 'web' }, timeoutMs: 600_000 }
  const first = ask(bus, 'b', asked)
  await called.promise
  const drained = host.drain(600_000)
  const refused = (await errorOf(async () => await ask(bus, 'b', asked))) as Error & { code: string }
  assert.is(refused.code, 'fleet_unavailable')
  // Nobody waits longer than this.
  await host.drain(0)
  going.resolve({ version: 3 })
  await drained
  assert.equal(await first, { version: 3 })
})

test('whoever leaves in the middle, or gives up, is no longer answered', async () => {
  const { bus } = new EmbeddedEngine(new Hub())
  let left = 0
  using _ = closing(answering(bus, { onLeft: () => left++ }))
  const answered = await open(bus, 'b', logs)
  if ('values' in answered) for await (const _ of answered.values) break
  await until(() => left === 1, 'it is left')
  const giving = new AbortController()
  const second = await open(bus, 'b', { ...logs, signal: giving.signal })
  giving.abort(new Error('enough'))
  const failure = await (async () => {
    if ('values' in second) for await (const _ of second.values);
  })().catch(error => error)
  assert.match(failure?.message ?? '', /enough/)
  await until(() => left === 2, 'it is left too')
})

test('a host that begins anew in the middle of its answer is told as an outcome that is not known', async () => {
  const { bus } = new EmbeddedEngine(new Hub())
  const first = answering(bus)
  const answered = await open(bus, 'b', logs)
  first.close()
  using _ = closing(answering(bus))
  const failure = await (async () => {
    if ('values' in answered) for await (const _ of answered.values);
  })().catch(error => error)
  assert.is(failure?.code, 'outcome_unknown')
  assert.match(failure.message, /"b" was lost in the middle of its answer/)
})

const closing = (one: { close(): void }): Disposable => ({ [Symbol.dispose]: () => one.close() })

test('whoever leaves values before the first one was taken leaves them at the other host too', async () => {
  const { bus } = new EmbeddedEngine(new Hub())
  let left = 0
  using _ = closing(answering(bus, { onLeft: () => left++ }))
  const answered = await open(bus, 'b', logs)
  assert.ok('values' in answered)
  await answered.values[Symbol.asyncIterator]().return?.()
  await until(() => left === 1, 'it is left')
})

test('a host of an older version, which tells what a call returns within what the verb returns, is asked and answered', async () => {
  const { bus } = new EmbeddedEngine(new Hub())
  const call = { method: 'pod.call', params: { name: 'web', fn: 'sum', args: [1, 2] }, timeoutMs: 60_000 }
  const older = bus.serve('host.old.do', async () => pack({ value: { value: 3, run: 'web.1' } }))
  assert.is(await ask(bus, 'old', call), 3)
  older.close()
  const sum = (a: number, b: number) => Object.assign(Promise.resolve(a + b), { [Symbol.asyncIterator]: notIterable })
  const p8a = { pod: () => ({ sum }) } as unknown as P8a
  using _ = closing(answer(bus, { p8a, own: {} as OwnVerbs, host: 'b', path: 'fleet.b' }))
  const frame = await bus.request('host.b.do', pack(call), { timeoutMs: 60_000 })
  assert.equal(unpack(frame), { value: { value: 3 } })
  assert.is(await ask(bus, 'b', call), 3)
})

const notIterable = () => ({ next: async () => Promise.reject(new TypeError('it is no stream')) })

test.run()
