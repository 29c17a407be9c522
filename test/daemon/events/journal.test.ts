// The journal on the disk: numbers, files, and what is left of them when a host is killed or the disk is full. Not here: what is told
// (look.test.ts, events.test.ts).
import fs, { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Journal } from '../../../daemon/events/journal.ts'
import { behind, newest, next } from '../../../daemon/events/reading.ts'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import type { Telling } from '../../../protocol/events.ts'
import { withNthFailing } from '../../nth-call.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const everything = { path: '', role: 'admin' } as const
const usual = { eventFileBytes: 1 << 20, eventFiles: 16, eventAge: 1e12 }

async function open(
  at: Scratch,
  settings = usual,
  wallMs = Date.now,
  nowMs = () => performance.now(),
): Promise<Journal & { said: string[] }> {
  const said: string[] = []
  const keep = (_: string, message: string) => void said.push(message)
  const log = { info: keep, warn: keep, error: keep } as unknown as HostLog
  const clock = { nowMs, wallMs }
  const journal = await Journal.open({ folder: at.path('events'), settings, clock, log })
  return Object.assign(journal, { said })
}

const crash = (run: number): Telling => ({
  type: 'crashed',
  path: '',
  pod: 'web',
  run: `web.${run}`,
  code: 1,
  signal: null,
  reason: 'exited',
})

const tellMany = (journal: Journal, count: number) => {
  for (let at = 0; at < count; at++) assert.ok(journal.tell([{ event: crash(journal.last + 1) }]))
}

const numbersIn = async (journal: Journal, number: number, limit = 10_000) =>
  (await behind(journal, number, limit, everything)).events.map(event => event.number)

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('events have numbers without a gap, also over hosts, and over files', async () => {
  using at = scratch()
  for (let host = 0; host < 3; host++) {
    const journal = await open(at, { ...usual, eventFileBytes: 2000 })
    tellMany(journal, 20)
    journal.close()
  }
  const journal = await open(at)
  assert.ok(journal.files.length > 5)
  assert.equal(await numbersIn(journal, 0), upTo(60))
  assert.equal(await numbersIn(journal, 57), upTo(60, 58))
  journal.close()
})

test('half a line at the end counts as none', async () => {
  using at = scratch()
  const before = await open(at)
  tellMany(before, 3)
  before.close()
  appendFileSync(at.path('events/1.jsonl'), '{"number":4,"type":"cra')
  const journal = await open(at)
  assert.is(journal.last, 3)
  tellMany(journal, 1)
  assert.equal(await numbersIn(journal, 0), upTo(4))
  journal.close()
})

test('what was told of a pod is known to the next host, by the newest file alone', async () => {
  using at = scratch()
  const before = await open(at, { ...usual, eventFileBytes: 1 })
  tellMany(before, 3)
  const known = structuredClone(before.memory)
  before.close()
  for (const name of readdirSync(at.path('events'))) if (name !== '3.jsonl') rmSync(at.path(`events/${name}`))
  const journal = await open(at)
  assert.equal(journal.memory, known)
  assert.is(journal.memory.pods['/web']?.last, 3)
  journal.close()
})

test('a file whose beginning cannot be read is put aside, and the numbers go on behind it', async () => {
  using at = scratch()
  const before = await open(at)
  tellMany(before, 3)
  before.close()
  const again = await open(at)
  tellMany(again, 2)
  again.close()
  writeFileSync(at.path('events/4.jsonl'), 'nonsense\n')
  const journal = await open(at)
  assert.is(journal.last, 3)
  assert.match(journal.said.join(), 'put aside')
  tellMany(journal, 1)
  assert.equal(await numbersIn(journal, 0), upTo(4))
  assert.ok(readdirSync(at.path('events')).includes('4.jsonl.broken'))
  journal.close()
})

test('what cannot be written was not told, and can be told later', async () => {
  using at = scratch()
  const journal = await open(at)
  rmSync(at.path('events'), { recursive: true })
  writeFileSync(at.path('events'), 'in its place')
  assert.not(journal.tell([{ event: crash(1) }]))
  assert.is(journal.last, 0)
  assert.equal(journal.memory.pods, {})
  assert.is(journal.said.length, 1)
  journal.close()
})

test('what the disk has room for in part only was not told, and nothing told before is lost', async () => {
  using at = scratch()
  const journal = await open(at)
  tellMany(journal, 1)
  const { writeSync } = fs
  const part = (fd: number, bytes: Uint8Array, ...at: number[]) => writeSync(fd, bytes.subarray(0, 40), 0, 40, at[2])
  try {
    fs.writeSync = part as typeof fs.writeSync
    syncBuiltinESMExports()
    assert.is(journal.tell([{ event: crash(2) }]), false)
  } finally {
    fs.writeSync = writeSync
    syncBuiltinESMExports()
  }
  await until(() => journal.tell([{ event: crash(3) }]), 'it is tried again')
  journal.close()
  const next = await open(at)
  assert.equal([next.last, next.said], [2, []])
  const { events } = await behind(next, 0, 10, everything)
  assert.equal(
    events.map(event => event.type === 'crashed' && event.run),
    ['web.1', 'web.3'],
  )
  next.close()
})

test('a file that somebody removes is followed by another one', async () => {
  using at = scratch()
  const journal = await open(at)
  tellMany(journal, 2)
  rmSync(at.path('events/1.jsonl'))
  tellMany(journal, 2)
  assert.match(readFileSync(at.path('events/3.jsonl'), 'utf8'), '"number":4')
  journal.close()
})

test('files that are too many or too old are removed, and a reader who was away learns what it missed', async () => {
  using at = scratch()
  const journal = await open(at, { ...usual, eventFileBytes: 1, eventFiles: 3 })
  tellMany(journal, 10)
  await journal.prune()
  assert.equal(journal.files, [8, 9, 10])
  const { events } = await behind({ ...pick(journal), recent: [] } as unknown as Journal, 4, 100, everything)
  assert.equal(
    events.map(({ type, number }) => [type, number]),
    [
      ['missed', 7],
      ['crashed', 8],
      ['crashed', 9],
      ['crashed', 10],
    ],
  )
  journal.close()
  const later = await open(at, { ...usual, eventAge: 1000 }, () => Date.now() + 10_000)
  assert.equal(later.files, [10])
  later.close()
})

const pick = (journal: Journal) => ({
  folder: journal.folder,
  first: journal.first,
  last: journal.last,
  files: journal.files,
})

test('newest() gives the last ones, in order, of what is wanted', async () => {
  using at = scratch()
  const journal = await open(at, { ...usual, eventFileBytes: 500 })
  tellMany(journal, 30)
  journal.tell([{ event: { type: 'removed', path: 'inner', pod: 'web' } }])
  journal.tell([{ event: { type: 'token-added', path: '', token: 'ci', role: 'read', by: 'local' } }])
  const numbers = async (wanted: object, limit = 3) =>
    (await newest(journal, limit, { ...everything, ...wanted })).events.map(({ number }) => number)
  assert.equal(await numbers({}), [30, 31, 32])
  assert.equal(await numbers({ role: 'read' }), [29, 30, 31])
  assert.equal(await numbers({ path: 'inner' }), [31])
  assert.equal(await numbers({ name: 'web' }), [28, 29, 30])
  assert.equal(await numbers({ types: ['token-added'] }), [32])
  assert.equal(await numbers({ since: '2999-01-01T00:00:00Z' }), [])
  journal.close()
})

test('next() waits for an event, and for nothing once it is given up', async () => {
  using at = scratch()
  const journal = await open(at)
  const leaving = new AbortController()
  const coming = next(journal, 0, everything, leaving.signal)
  tellMany(journal, 1)
  assert.equal(
    (await coming).events.map(({ number }) => number),
    [1],
  )
  const never = next(journal, 1, { ...everything, types: ['up'] }, leaving.signal)
  tellMany(journal, 1)
  leaving.abort()
  assert.equal((await never).events, [])
  journal.close()
})

test('a reader behind a number that there is not yet begins with what comes', async () => {
  using at = scratch()
  const before = await open(at)
  tellMany(before, 5)
  before.close()
  // As after a power cut.
  truncateSync(at.path('events/1.jsonl'), readFileSync(at.path('events/1.jsonl'), 'utf8').indexOf('{"number":3'))
  const journal = await open(at)
  tellMany(journal, 1)
  assert.equal(await numbersIn(journal, 5), [])
  tellMany(journal, 3)
  assert.equal(await numbersIn(journal, 5), [6])
  journal.close()
})

test('whichever call fails, what was told is there for the next host, once and in order, and what was not is not', async () => {
  const calls = ['writeSync', 'openSync', 'renameSync', 'fstatSync', 'closeSync', 'ftruncateSync'] as const
  for (const call of calls) {
    for (let number = 1, wasReached = true; wasReached; number++) {
      using at = scratch()
      let nowMs = 0
      const journal = await open(at, { ...usual, eventFileBytes: 400 }, Date.now, () => nowMs)
      const told: number[] = []
      const tell = () => {
        // What could not be written is tried again a while later.
        nowMs += 10_000
        if (journal.tell([{ event: crash(journal.last + 1) }])) told.push(journal.last)
      }
      const work = () => {
        for (let event = 0; event < 12; event++) tell()
      }
      wasReached = withNthFailing(work, { calls: [call], at: number, code: 'EIO' })
      tell()
      journal.close()
      const next = await open(at)
      assert.equal(told, upTo(told.length), `${call} ${number}`)
      assert.equal(await numbersIn(next, 0), told, `${call} ${number}`)
      assert.ok(told.length >= 12 && number < 200, `${call} ${number}`)
      next.close()
    }
  }
})

test.run()
