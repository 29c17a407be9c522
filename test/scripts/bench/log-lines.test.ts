// What the bench finds missing in a log.
import { writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { missingLines, saidIn } from '../../../scripts/bench/log-lines.ts'
import { scratch } from '../../scratch.ts'

const test = suite('log lines')
const at = scratch()
test.after(() => at[Symbol.dispose]())

const line = (n: number) => `2026-11-20T10:00:00Z stdout F line ${String(n).padStart(7, '0')} ${'x'.repeat(86)}\n`

test('missingLines() counts lines that no file has whole, in whatever order they are, and each once', async () => {
  const [older, newer] = [at.path('a.log'), at.path('b.log')]
  writeFileSync(older, [5, 1, 2, 2].map(line).join(''))
  writeFileSync(newer, `${line(3)}${line(4).slice(0, 60)}`)
  assert.is(await missingLines([older, newer], 6), 2)
  assert.is(await missingLines([], 6), 6)
})

test('missingLines() sees lines that lie across the blocks it reads', async () => {
  const file = at.path('long.log')
  const count = 30_000
  writeFileSync(file, Array.from({ length: count }, (_, index) => line(index + 1)).join(''))
  assert.is(await missingLines([file], count), 0)
})

test('saidIn() has pid and number of whole lines only', () => {
  const file = at.path('talker.log')
  writeFileSync(file, 'F said 12 1 .\nF said 12 2 .\nF said 12 3')
  assert.equal([...saidIn([file])], ['12 1', '12 2'])
})

test.run()
