// In which order test files run.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keepDurations, longestFirst, readDurations } from '../../../scripts/test/durations.ts'
import { scratch } from '../../scratch.ts'

const test = suite('durations')

test('longestFirst() goes by what was measured, and guesses what was not', () => {
  const files = ['test/a.test.ts', 'test/b.test.ts', 'test/e2e/c.test.ts', 'test/e2e/d.test.ts']
  const durations = { 'test/b.test.ts': 30_000, 'test/e2e/d.test.ts': 10 }
  assert.equal(longestFirst(files, durations), [
    'test/b.test.ts',
    'test/e2e/c.test.ts',
    'test/a.test.ts',
    'test/e2e/d.test.ts',
  ])
})

test('keepDurations() adds to what was kept, and readDurations() has none where the file is broken', () => {
  using at = scratch()
  const file = at.path('cache/durations.json')
  assert.equal(readDurations(file), {})
  keepDurations(file, { a: 1, b: 2 })
  keepDurations(file, { b: 3 })
  assert.equal(readDurations(file), { a: 1, b: 3 })
  at.file('cache/durations.json', '{"a":')
  assert.equal(readDurations(file), {})
})

test.run()
