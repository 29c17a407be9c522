// The entries of many series in order of time, as a stable sort has them.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type EntrySource, mergeEntries } from '../../../daemon/logs/merge.ts'
import type { LogEntry } from '../../../protocol/words.ts'
import { texts, time } from './log-dir.ts'

const entry = (at: number, text: string): LogEntry => ({ time: time(at), source: 'stdout', tags: [], text })

function source(place: number, batches: LogEntry[][], onTouched = () => {}): EntrySource {
  async function* all() {
    onTouched()
    yield* batches
  }
  return { batches: all(), notBefore: batches[0]?.[0]?.time ?? '', place }
}

test('mergeEntries() gives all in order of time, of two of the same that of the lower place, in batches that are never empty', async () => {
  const batch = fc.array(fc.nat(2), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(batch, { maxLength: 4 }), { maxLength: 5 }), async shape => {
      const made = shape.map((batches, place) => {
        const flat = batches.flat()
        const timeOf = (nth: number) => flat.slice(0, nth + 1).reduce((sum, step) => sum + step, 0)
        const counts = batches.map((_, b) => batches.slice(0, b).flat().length)
        return batches.map((steps, b) =>
          steps.map((_, n) => ({ at: timeOf((counts[b] as number) + n), place, text: `${place}.${b}.${n}` })),
        )
      })
      const sources = made.map((batches, place) =>
        source(
          place,
          batches.map(batch => batch.map(({ at, text }) => entry(at, text))),
        ),
      )
      const sorted = made.flat(2).sort((a, b) => a.at - b.at || a.place - b.place)
      async function* checked() {
        for await (const batch of mergeEntries(sources)) {
          assert.ok(batch.length > 0)
          yield batch
        }
      }
      assert.equal(
        await texts(checked()),
        sorted.map(({ text }) => text),
      )
    }),
  )
})

test('mergeEntries() touches no source before the others have come as far as it begins', async () => {
  const touched: number[] = []
  const late = { ...source(1, [[entry(100, 'late')]], () => touched.push(1)), notBefore: time(100) }
  const early = source(0, [[entry(1, 'one')], [entry(2, 'two')]], () => touched.push(0))
  const merged = mergeEntries([late, early])
  const seen: string[] = []
  for await (const batch of merged) seen.push(...batch.map(({ text }) => text))
  assert.equal(
    [seen, touched],
    [
      ['one', 'two', 'late'],
      [0, 1],
    ],
  )
})

test('mergeEntries() keeps the order of a file whose clock went back', async () => {
  const merged = mergeEntries([source(0, [[entry(5, 'first'), entry(3, 'second')]]), source(1, [[entry(4, 'other')]])])
  const all = await texts(merged)
  assert.ok(all.indexOf('first') < all.indexOf('second'), all.join())
})

test.run()
