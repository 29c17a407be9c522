// What sleep has saved, by the events of a journal.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Journal } from '../../../daemon/events/journal.ts'
import { Sleeps } from '../../../daemon/events/sleeps.ts'
import { scratch } from '../../scratch.ts'
import { Inside } from '../inside/host.ts'

test('Sleeps counts how long each pod slept, also one that is gone, and goes on with what comes', async () => {
  let wallMs = Date.parse('2026-11-20T10:00:00.000Z')
  await using host = await Inside.open({ wallMs: () => wallMs })
  const sleeps = new Sleeps(host.journal)
  const tell = (pod: string, type: 'asleep' | 'woke' | 'removed', memory?: number) => {
    const since = new Date(wallMs).toISOString()
    const about = { path: '', pod }
    const event =
      type === 'asleep' ? { type, ...about, since, ...(memory !== undefined && { memory }) } : { type, ...about }
    assert.ok(host.journal.tell([{ event }]))
  }
  tell('web', 'asleep', 1000)
  tell('old', 'asleep', 10)
  wallMs += 60_000
  tell('web', 'woke')
  tell('old', 'removed')
  wallMs += 60_000
  const slept = async () =>
    (await sleeps.until(wallMs, '')).map(({ name, asleepMs, byteMs, naps, isAsleep, isGone }) => [
      ...[isGone ? 'gone' : name, asleepMs, byteMs, naps],
      isAsleep,
    ])
  assert.equal(await slept(), [
    ['web', 60_000, 60_000_000, 1, false],
    ['gone', 60_000, 600_000, 1, false],
  ])
  // What it held is not known any more: it is taken for what it was.
  tell('web', 'asleep')
  wallMs += 1000
  assert.equal((await slept())[0], ['web', 61_000, 61_000_000, 2, true])
  assert.is(sleeps.sinceMs, Date.parse('2026-11-20T10:00:00.000Z'))
  const { total } = await host.do('host.savings', {})
  assert.is(total.naps, 3)
  assert.is(total.price, undefined)
})

test('Sleeps reads what many days have left once, however much that is', async () => {
  using at = scratch()
  const lines = Array.from({ length: 3000 }, (_, index) => {
    const number = index + 1
    const about = { number, at: new Date(number * 1000).toISOString(), path: '', pod: 'web' }
    return number % 2 ? { ...about, type: 'asleep', since: about.at } : { ...about, type: 'woke' }
  })
  at.file('1.jsonl', lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  let passes = 0
  const files = () => {
    passes++
    return [1]
  }
  const journal = Object.defineProperty({ folder: at.dir, first: 1, last: 3000, recent: [] }, 'files', { get: files })
  const sleeps = new Sleeps(journal as unknown as Journal)
  const slept = async () => (await sleeps.until(1e9, '')).map(({ asleepMs, naps }) => [asleepMs, naps])
  assert.equal(await slept(), [[1_500_000, 1500]])
  assert.equal([await slept(), passes], [[[1_500_000, 1500]], 1])
})

test('host.savings tells what that is worth, where a gigabyte hour has a price', async () => {
  let wallMs = Date.parse('2026-11-20T10:00:00.000Z')
  await using host = await Inside.open({ wallMs: () => wallMs, settings: { price: 2, currency: 'EUR' } })
  const since = new Date(wallMs).toISOString()
  host.journal.tell([{ event: { type: 'asleep', path: '', pod: 'web', since, memory: 1e9 } }])
  wallMs += 3 * 3_600_000
  const { pods, total, currency } = await host.do('host.savings', {})
  assert.equal(pods, [
    { path: '', name: 'web', isAsleep: true, asleepMs: 10_800_000, naps: 1, gigabyteHours: 3, price: 6 },
  ])
  assert.equal([total.price, currency], [6, 'EUR'])
})

test.run()
