// Lines of a run to entries. Not here: any query over any files (query.property.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { maxEntryLength, RunEntries } from '../../../daemon/logs/run-entries.ts'
import { err, errPart, out, outPart, time } from './log-dir.ts'

const made = (options: { time?: string; inOrder?: boolean } = {}) =>
  new RunEntries({ pod: 'web', run: 7 }, { time: time(0), inOrder: true, ...options })
const textsOf = (entries: RunEntries) => entries.take().map(({ source, text }) => `${source} ${text}`)

test('lines() makes an entry of a line, with its run and the tag that it begins with', () => {
  const entries = made()
  entries.lines(out(1, '[db] connected'))
  assert.equal(entries.take(), [
    { time: time(1), pod: 'web', run: 'web.7', source: 'stdout', tags: ['db'], text: '[db] connected' },
  ])
})

test('lines() joins the parts of a line stream by stream, with the time of the first part', () => {
  const entries = made()
  entries.lines(outPart(1, 'a') + errPart(2, 'x') + outPart(3, 'b') + err(4, 'y') + out(5, 'c'))
  assert.equal(
    entries.take().map(({ time, source, text }) => [time, source, text]),
    [
      [time(1), 'stdout', 'abc'],
      [time(2), 'stderr', 'xy'],
    ],
  )
})

test('lines() keeps what is no line of ours as unparsed, at the time of the line before it', () => {
  const entries = made()
  entries.lines(`garbage\n\n${out(3, 'fine')}more\n`)
  assert.equal(
    entries.take().map(({ time, tags, text }) => [time, tags[0], text]),
    [
      [time(0), 'unparsed', 'garbage'],
      [time(3), undefined, 'fine'],
      [time(3), 'unparsed', 'more'],
    ],
  )
})

test('an entry that began where none are wanted is not given, though it ends where they are', () => {
  const entries = made()
  entries.keep = false
  entries.lines(out(1, 'before') + outPart(2, 'be'))
  assert.not.ok(entries.hasOpen)
  entries.keep = true
  entries.lines(out(3, 'gun') + out(4, 'after'))
  assert.equal(textsOf(entries), ['stdout after'])
})

test('finish() gives what is open as it is, and loosen() makes it wanted wherever it began', () => {
  const entries = made()
  entries.lines(outPart(1, 'half'))
  assert.ok(entries.hasOpen)
  entries.finish()
  assert.equal(textsOf(entries), ['stdout half'])
  const other = made()
  other.keep = false
  other.lines(errPart(1, 'half'))
  other.loosen()
  other.lines(err(2, ' and half'))
  assert.equal(textsOf(other), ['stderr half and half'])
})

test('lines() begins another entry where the parts of one grow too long', () => {
  const entries = made()
  const part = 'x'.repeat(maxEntryLength / 2)
  entries.lines(outPart(1, part) + outPart(2, part) + out(3, 'rest'))
  assert.equal(
    entries.take().map(({ time, text }) => [time, text.length]),
    [
      [time(1), maxEntryLength],
      [time(3), 4],
    ],
  )
})

test('a tag is what stands in brackets at the beginning, neither empty nor longer than a hundred characters', () => {
  const entries = made()
  const long = 'x'.repeat(101)
  entries.lines(['[]', '[a', 'x [a]', `[${long}] x`, `[${long.slice(1)}] x`].map((text, at) => out(at, text)).join(''))
  assert.equal(
    entries.take().map(({ tags }) => tags.length),
    [0, 0, 0, 0, 1],
  )
})

test.run()
