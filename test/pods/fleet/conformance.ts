// What every engine of a fleet must do, whichever it is: each implementation runs these tests.
import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { BusError, type Engine, type Outcome, type StateChange } from '../../../pods/fleet/port/ports.ts'
import { until } from '../../until.ts'
import { bytes, gotten, persistence, text, withoutRepeats } from './persistence.ts'

/** Two hosts of one fleet, at the same engine. */
export type Opened = { one: Engine; other: Engine }

const whyOf = (outcome: Outcome<unknown>) => (outcome.ok ? 'done' : outcome.why)

/** What a watch has told so far, as a table; it goes on until the signal is aborted. */
export function tableOf(engine: Engine, prefix: string, signal: AbortSignal) {
  const told: StateChange[] = []
  const table = new Map<string, string>()
  const going = (async () => {
    for await (const change of engine.state.watch(prefix, signal)) {
      told.push(change)
      if (change.t === 'reset') table.clear()
      if (change.t === 'set') table.set(change.key, text(change.value) ?? '')
      if (change.t === 'del') table.delete(change.key)
    }
  })()
  return { told, table, going, isSynced: () => told.some(({ t }) => t === 'synced') }
}

type Registers = (title: string, work: () => Promise<void>) => void

/**
 * @param test registers one; `open`: the same two hosts each time: each test has keys of its own
 * @param options.keepsReplaced whether a watch also tells a value that is replaced before it is read; NATS keeps one for each key
 * @param options.isLossy whether outcomes may be unknown, reads old, messages there twice, and watches begin anew: then what is asked for is asked for
 * again, and holds all the same
 */
export function conformance(
  test: Registers,
  open: () => Opened,
  options: { keepsReplaced: boolean; isLossy?: boolean },
): void {
  const { isLossy = false } = options
  const { told: toldOf, put, del, has, current, asked } = persistence(isLossy)
  /** A watch that begins anew tells again what is there. */
  const once = <T>(all: T[]): T[] => (isLossy ? [...new Set(all)] : all)

  test('state: a value is written once as absent, and then only by whoever knows the last one', async () => {
    const { one, other } = open()
    const first = await put(one.state, 'cas.a', '1', 'absent')
    const tried = async (engine: Engine, value: string, expected: string) =>
      whyOf(await toldOf(() => engine.state.put('cas.a', bytes(value), expected)))
    assert.is(await tried(other, '2', 'absent'), 'conflict')
    await has(other.state, 'cas.a', '1')
    const second = await put(other.state, 'cas.a', '2', first)
    assert.is(await tried(one, '3', first), 'conflict')
    assert.is(whyOf(await toldOf(() => one.state.del('cas.a', first))), 'conflict')
    await del(one.state, 'cas.a', second)
    await has(one.state, 'cas.a', undefined)
    await has(one.state, 'cas.nothing', undefined)
    assert.is(await tried(one, '4', second), 'conflict')
    await put(one.state, 'cas.a', '5', 'absent')
    await put(one.state, 'cas.a', '6', 'any')
    await has(one.state, 'cas.a', '6')
  })

  test('state: of those that write at once, one wins, also where there was a value before', async () => {
    const { one, other } = open()
    for (const key of ['race.a', 'race.b', 'race.c']) {
      for (let round = 0; round < 3; round++) {
        const race = [one, other, one, other].map(async (engine, at) => {
          const outcome = await engine.state.put(key, bytes(`${round} ${at}`), 'absent')
          return [whyOf(outcome), `${round} ${at}`]
        })
        const outcomes = await Promise.all(race)
        const of = (why: string) => outcomes.flatMap(([found, value]) => (found === why ? [value] : []))
        const [won, unknown] = [of('done'), of('unknown')]
        if (!isLossy) assert.equal([won.length, unknown.length], [1, 0], key)
        const there = (await current(one.state, key)) ?? ''
        assert.equal(won, won.length > 0 ? [there] : [], key)
        const mayBe = [...won, ...unknown, ...(unknown.length === race.length ? [''] : [])]
        assert.ok(mayBe.includes(there), `${key} has ${there}`)
        await del(one.state, key, 'any')
      }
    }
  })

  test('state: a counter that four raise by compare-and-set has as many as were acknowledged, and of the unknown some', async () => {
    const { one, other } = open()
    await put(one.state, 'counter.n', '0', 'absent')
    const count = { done: 0, unknown: 0, conflict: 0 }
    const raise = async (engine: Engine) => {
      for (let at = 0; at < 25; at++) {
        const found = gotten(await engine.state.get('counter.n'))
        const next = bytes(String(Number(text(found?.value)) + 1))
        count[whyOf(await engine.state.put('counter.n', next, found?.rev ?? 'absent')) as keyof typeof count]++
      }
    }
    await Promise.all([one, other, one, other].map(raise))
    assert.ok(count.done > 0)
    const there = Number(await current(one.state, 'counter.n'))
    assert.ok(there >= count.done && there <= count.done + count.unknown, JSON.stringify({ there, ...count }))
    if (!isLossy) assert.is(count.unknown, 0)
  })

  test('state: a watch tells what there is, then changes in their order and the last of each key, and nothing beside its prefix', async () => {
    const { one, other } = open()
    const ending = new AbortController()
    await put(one.state, 'watch.a', '1', 'any')
    await put(one.state, 'watched.b', 'beside', 'any')
    const { told, table, going, isSynced } = tableOf(other, 'watch', ending.signal)
    await until(isSynced, 'all is told')
    assert.equal([...table], [['watch.a', '1']])
    for (let at = 0; at < 20; at++) await put(one.state, 'watch.n', String(at), 'any')
    await del(one.state, 'watch.a', 'any')
    await until(() => !table.has('watch.a'), 'the last change is told')
    assert.equal([...table], [['watch.n', '19']])
    const each = told.flatMap(change =>
      change.t === 'set' && change.key === 'watch.n' ? [Number(text(change.value))] : [],
    )
    const numbers = isLossy ? withoutRepeats(each) : each
    const all = [...Array(20).keys()]
    if (options.keepsReplaced) assert.equal(numbers, all)
    else
      assert.equal(
        numbers,
        all.filter(at => at === 19 || numbers.includes(at)),
      )
    ending.abort()
    await going
  })

  test('state: a watch tells of each key that is written or removed, once and in order, however many there are', async () => {
    const { one, other } = open()
    const ending = new AbortController()
    const { told, table, going, isSynced } = tableOf(other, 'many', ending.signal)
    await until(isSynced, 'all is told')
    const keys = Array.from({ length: 100 }, (_, at) => `many.k${at}`)
    for (const key of keys) await put(one.state, key, key, 'any')
    await until(() => table.size === 100, 'all are told')
    for (const key of keys) await del(one.state, key, 'any')
    await until(() => table.size === 0, 'that they are gone, too')
    const of = (t: 'set' | 'del') => told.flatMap(change => (change.t === t ? [change.key] : []))
    assert.equal([once(of('set')), once(of('del'))], [keys, keys])
    ending.abort()
    await going
  })

  test('state: a watch of nothing says that this is all', async () => {
    const ending = new AbortController()
    const { told, going, isSynced } = tableOf(open().one, 'nothing', ending.signal)
    await until(isSynced, 'nothing is told')
    assert.equal(
      told.map(({ t }) => t),
      ['reset', 'synced'],
    )
    ending.abort()
    await going
  })

  test('state: what can be no key, and what is too large, is refused', async () => {
    const { state } = open().one
    for (const key of ['', 'a b', 'a..b', '.a', 'a.', 'a*', 'ä', 'a.>', 'x'.repeat(201), `${'a.'.repeat(8)}a`]) {
      let refused: unknown
      await state.put(key, bytes(''), 'any').catch(error => {
        refused = error
      })
      assert.instance(refused, TypeError, key)
    }
    assert.is(whyOf(await state.put('large.a', Buffer.alloc(64 * 1024 + 1), 'any')), 'full')
    gotten(await toldOf(() => state.put('large.a', Buffer.alloc(64 * 1024), 'any')))
  })

  test('bus: a request gets its answer, from any host to any other', async () => {
    const { one, other } = open()
    kept(one.bus.serve('echo.one', async frame => Buffer.concat([bytes('one '), frame])))
    kept(other.bus.serve('echo.other', async frame => Buffer.concat([bytes('other '), frame])))
    const ask = async (engine: Engine, name: string) => await asked(engine, `echo.${name}`, bytes('x'), 5000)
    await until(async () => (await ask(other, 'one')) === 'one x', 'it is served')
    await until(async () => (await ask(one, 'other')) === 'other x', 'it is served')
    assert.is(await ask(one, 'one'), 'one x')
    const many = await Promise.all(Array.from({ length: 50 }, () => ask(one, 'other')))
    assert.ok(many.every(answer => answer === 'other x'))
    closeAll()
  })

  test('bus: nobody there, no answer, a handler that fails, and a caller that gives up are told apart', async () => {
    const { one, other } = open()
    const hears = kept(other.bus.serve('fail.silent', () => new Promise(() => {})))
    kept(other.bus.serve('fail.throws', async () => Promise.reject(new Error('no'))))
    const why = async (subject: string, timeoutMs: number, signal?: AbortSignal) =>
      await one.bus.request(subject, bytes('x'), { timeoutMs, signal }).then(
        () => 'answered',
        error => (error instanceof BusError ? error.why : (error as Error).name),
      )
    assert.is(await why('fail.nobody', 5000), 'not_delivered')
    await until(async () => (await why('fail.silent', 50)) === 'unknown', 'it is heard')
    assert.is(await why('fail.throws', 200), 'unknown')
    const giving = new AbortController()
    const given = why('fail.silent', 5000, giving.signal)
    giving.abort()
    assert.is(await given, 'AbortError')
    hears.close()
    await until(async () => (await why('fail.silent', 50)) === 'not_delivered', 'it is heard no more')
    closeAll()
  })

  test('bus: what is too large to be asked, and what is too large to be answered, is told', async () => {
    const { one, other } = open()
    let heard = 0
    const large = Buffer.alloc(1024 * 1024 + 1)
    kept(
      other.bus.serve('large.answer', async frame => {
        heard += frame.byteLength
        return large
      }),
    )
    const why = async (frame: Uint8Array) => await asked(one, 'large.answer', frame, 60_000)
    assert.is(await why(large), 'too_large')
    assert.is(heard, 0)
    await until(async () => (await why(bytes('x'))) !== 'not_delivered', 'it is served')
    assert.is(await why(bytes('x')), 'answer_too_large')
    closeAll()
  })

  test('bus: what is published is heard by all whose pattern fits', async () => {
    const { one, other } = open()
    const heard: string[] = []
    const hear = (pattern: string, engine: Engine) =>
      kept(engine.bus.subscribe(pattern, (subject, frame) => heard.push(`${pattern} ${subject} ${text(frame)}`)))
    hear('said.*', one)
    hear('said.>', other)
    hear('said.here', other)
    hear('other.*', one)
    await until(() => {
      one.bus.publish('said.here', bytes('x'))
      return new Set(heard).size === 3
    }, 'three have heard it')
    assert.equal([...new Set(heard)].sort(), ['said.* said.here x', 'said.> said.here x', 'said.here said.here x'])
    closeAll()
  })

  test('blobs: bytes come back as they were put, on any host, and are put again', async () => {
    const { one, other } = open()
    const large = Buffer.alloc(700_000, 'p8a ')
    const hash = createHash('sha256').update(large).digest('hex')
    const parts = async function* () {
      for (let at = 0; at < large.length; at += 100_000) yield large.subarray(at, at + 100_000)
    }
    assert.is(gotten(await other.blobs.open(hash)), undefined)
    assert.is(gotten(await one.blobs.has(hash)), false)
    gotten(await toldOf(() => one.blobs.put(hash, parts())))
    assert.is(gotten(await other.blobs.has(hash)), true)
    const read: Uint8Array[] = []
    for await (const part of gotten(await other.blobs.open(hash)) ?? []) read.push(part)
    assert.is(createHash('sha256').update(Buffer.concat(read)).digest('hex'), hash)
    assert.is(gotten(await other.blobs.open(hash, 1)), undefined)
    gotten(await toldOf(() => other.blobs.put(hash, parts())))
    let size = 0
    for await (const part of gotten(await one.blobs.open(hash)) ?? []) size += part.byteLength
    assert.is(size, large.length)
    const none = createHash('sha256').digest('hex')
    gotten(await toldOf(() => one.blobs.put(none, ReadableStream.from([]))))
    for await (const part of gotten(await other.blobs.open(none)) ?? []) assert.is(part.byteLength, 0)
    assert.is(gotten(await other.blobs.has(none)), true)
  })
}

let open: { close(): void }[] = []

/** Closed when the test is over. */
function kept<T extends { close(): void }>(one: T): T {
  open.push(one)
  return one
}

function closeAll(): void {
  for (const one of open) one.close()
  open = []
}
