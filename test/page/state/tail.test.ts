import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { countOf, emptyTail, hasRoom, type Tail, withNewer, withOlder } from '../../../page/state/tail.ts'
import type { LogEntry } from '../../../protocol/words.ts'

const lines = (from: number, count: number): LogEntry[] =>
  Array.from({ length: count }, (_, at) => ({ time: '', source: 'stdout', tags: [], text: String(from + at) }))
const texts = ({ blocks }: Tail) => blocks.flatMap(({ entries }) => entries.map(({ text }) => text))

test('withNewer() fills the last block, and leaves all others as they are', () => {
  const first = withNewer(emptyTail, lines(0, 150))
  const second = withNewer(first, lines(150, 100))
  assert.is(second.blocks[0], first.blocks[0])
  assert.equal(
    second.blocks.map(({ entries }) => entries.length),
    [100, 100, 50],
  )
  assert.equal(
    texts(second),
    lines(0, 250).map(({ text }) => text),
  )
  assert.is(new Set(second.blocks.map(({ key }) => key)).size, 3)
})

test('withNewer() keeps a few thousand lines however many come', () => {
  let tail = emptyTail
  for (let at = 0; at < 300; at++) tail = withNewer(tail, lines(at * 70, 70))
  assert.ok(countOf(tail) <= 5000 && countOf(tail) > 4800)
  assert.is(texts(tail).at(-1), '20999')
  assert.ok(tail.isCut)
  assert.is(withNewer(tail, []).blocks, tail.blocks)
})

test('withOlder() puts lines before, in blocks of their own, as long as there is room', () => {
  const tail = withOlder(withNewer(emptyTail, lines(500, 120)), lines(0, 500), false)
  assert.equal(
    texts(tail),
    lines(0, 620).map(({ text }) => text),
  )
  assert.is(new Set(tail.blocks.map(({ key }) => key)).size, tail.blocks.length)
  assert.not(tail.isCut)
  assert.ok(hasRoom(tail))
  let full = tail
  for (let at = 0; at < 20; at++) full = withOlder(full, lines(0, 500), true)
  assert.not(hasRoom(full))
  assert.is(texts(full).at(-1), '619')
})

test.run()
