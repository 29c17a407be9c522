// A time found by halving is what a reader of every line finds, by property; and only little is read for it.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LogFile } from '../../../daemon/logs/files.ts'
import { firstDatedLine, lastTime, seekTime } from '../../../daemon/logs/seek.ts'
import { SeriesBytes } from '../../../daemon/logs/series-bytes.ts'
import { out, time } from './log-dir.ts'

/** Files with these texts, of which it is counted how much is read. */
function series(...texts: string[]) {
  const contents = texts.map(text => Buffer.from(text))
  const files = contents.map(
    ({ length }, at): LogFile => ({
      dir: '',
      name: `1.log.${at}`,
      liveName: '1.log',
      id: String(at),
      size: length,
      mtimeMs: 0,
    }),
  )
  const read = { bytes: 0 }
  const bytes = new SeriesBytes({ of: { pod: 'web', run: 1 }, files }, async (file, position, length) => {
    const block = contents[Number(file.id)]?.subarray(position, position + length) as Buffer
    read.bytes += block.length
    return block
  })
  return { bytes, read }
}

test('seekTime() leaves every older line before low, and every other from high on', async () => {
  const step = fc.record({ step: fc.integer({ min: 0, max: 3 }), length: fc.integer({ min: 0, max: 200 }) })
  const lines = fc.array(step, { minLength: 1, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.nat(200),
      fc.constantFrom(1, 100, 5000),
      fc.boolean(),
      async (steps, wanted, within, isMany) => {
        const times = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, { step }) => sum + step, 0))
        const texts = steps.map(({ length }, index) => out(times[index] as number, 'x'.repeat(length)))
        const { bytes } = series(...(isMany ? texts : [texts.join('')]))
        const { low, high } = await seekTime(bytes, { time: time(wanted), within })
        let position = 0
        for (const [index, text] of texts.entries()) {
          const at = times[index] as number
          if (position < low)
            assert.ok(at < wanted, `a line of ${at} lies before ${low}, where ${wanted} is looked for`)
          if (position >= high) assert.ok(at >= wanted, `a line of ${at} lies behind ${high}`)
          position += Buffer.byteLength(text)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('seekTime() reads little of a long file', async () => {
  const lines = Array.from({ length: 50_000 }, (_, at) => out(at, 'x'.repeat(100)))
  const { bytes, read } = series(lines.join(''))
  await seekTime(bytes, { time: time(33_333), within: 64 * 1024 })
  assert.ok(read.bytes < bytes.size / 50, `${read.bytes} of ${bytes.size}`)
})

test('firstDatedLine() passes over lines without a time and the rest of one that began before', async () => {
  const { bytes } = series(`no time\n${out(1, 'one')}${out(2, 'two')}`)
  assert.equal(await firstDatedLine(bytes, { from: 0, to: bytes.size }), { position: 8, time: time(1) })
  assert.is((await firstDatedLine(bytes, { from: 9, to: bytes.size }))?.time, time(2))
  assert.is(await firstDatedLine(bytes, { from: 9, to: 12 }), undefined)
})

test('firstDatedLine() goes on in the next file', async () => {
  const { bytes } = series('torn', out(1, 'one'))
  assert.equal(await firstDatedLine(bytes, { from: 1, to: bytes.size }), { position: 4, time: time(1) })
})

test('lastTime() looks further back where the end does not tell', async () => {
  const { bytes } = series(`${out(1, 'one')}${'no time\n'.repeat(2000)}`)
  assert.is(await lastTime(bytes), time(1))
  assert.is(await lastTime(series('nothing\n').bytes), undefined)
  assert.is(await lastTime(series('').bytes), undefined)
})

test.run()
