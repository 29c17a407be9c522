// Which source file is said to be tested, and which exception is taken.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { complaintsOf, mirrorsOf } from '../../../scripts/mirror/mirrors.ts'
import type { Code } from '../../../scripts/source/code.ts'

const test = suite('mirrors')

/** Files by what they import. */
function codesOf(files: Record<string, string[]>): Map<string, Code> {
  return new Map(
    Object.entries(files).map(([file, names]) => [
      file,
      { imports: names.map(name => ({ name, isType: false })), uses: new Set(), hasFunctions: true },
    ]),
  )
}

const codes = codesOf({
  'cli/a.ts': [],
  'cli/b.ts': ['./part.ts'],
  'cli/part.ts': [],
  'cli/lonely.ts': [],
  'test/cli/a.test.ts': ['../../cli/a.ts'],
  'test/cli/b.property.test.ts': ['../../cli/b.ts', 'fast-check'],
  'test/cli/lonely.test.ts': ['../../cli/a.ts'],
  'test/e2e/all.test.ts': [],
})
const sources = ['cli/a.ts', 'cli/b.ts', 'cli/part.ts', 'cli/lonely.ts']
const reasons = { 'cli/part.ts': 'a part of b: cli/b.property', 'cli/lonely.ts': 'wiring: e2e/all' }

test('mirrorsOf() names the test of each file, or the reason why it has none', () => {
  const rows = mirrorsOf({ sources, codes, exceptions: { 'cli/part.ts': reasons['cli/part.ts'] } })
  assert.equal(rows, [
    { file: 'cli/a.ts', how: 'tested', by: 'test/cli/a.test.ts' },
    { file: 'cli/b.ts', how: 'tested', by: 'test/cli/b.property.test.ts' },
    { file: 'cli/part.ts', how: 'excepted', by: 'a part of b: cli/b.property' },
    // There is a file with the name of its mirror, which does not reach it.
    { file: 'cli/lonely.ts', how: 'untested', by: '' },
  ])
})

test('mirrorsOf() takes the exception of a folder for what has no mirror there, and that of the innermost', () => {
  const exceptions = { 'cli/': 'parts of b: cli/b.property', 'cli/lonely.ts': 'wiring: e2e/all' }
  assert.equal(
    mirrorsOf({ sources, codes, exceptions }).map(({ by }) => by),
    ['test/cli/a.test.ts', 'test/cli/b.property.test.ts', 'parts of b: cli/b.property', 'wiring: e2e/all'],
  )
  assert.equal(complaintsOf({ sources, codes, exceptions }), [])
})

test('complaintsOf() takes an exception that names several tests, each of which reaches something', () => {
  const both = { 'cli/': 'parts: cli/b.property, e2e/all' }
  assert.equal(complaintsOf({ sources, codes, exceptions: both }), [])
  const [complaint] = complaintsOf({
    sources,
    codes,
    exceptions: { ...reasons, 'cli/part.ts': 'parts: cli/b.property, cli/a' },
  })
  assert.is(complaint, 'cli/part.ts: test/cli/a.test.ts reaches none of it, so that is no reason')
})

test('complaintsOf() names files without mirror and reason, and has none where each has one', () => {
  assert.equal(complaintsOf({ sources, codes, exceptions: reasons }), [])
  assert.equal(complaintsOf({ sources, codes, exceptions: { 'cli/part.ts': reasons['cli/part.ts'] } }), [
    'cli/lonely.ts: it has no test/cli/lonely.test.ts, and no exception',
  ])
})

for (const [what, file, reason, complaint] of [
  ['of a file that is gone', 'cli/gone.ts', 'wiring: e2e/all', /stale: there is no such file/],
  ['of a file that has a mirror', 'cli/a.ts', 'wiring: e2e/all', /stale: it has test\/cli\/a\.test\.ts/],
  ['of a folder whose files all have one', 'cli/inner/', 'wiring: e2e/all', /stale: no file there needs it/],
  ['that names no test', 'cli/part.ts', 'types only', /no test is where its exception says/],
  ['that names a test that is gone', 'cli/part.ts', 'wiring: e2e/gone', /no test is where its exception says/],
  ['whose test does not reach the file', 'cli/part.ts', 'a part: cli/a', /does not reach it/],
] as const) {
  test(`complaintsOf() takes no exception ${what}`, () => {
    const complaints = complaintsOf({ sources, codes, exceptions: { ...reasons, [file]: reason } })
    assert.is(complaints.length, 1)
    assert.match(complaints[0] ?? '', complaint)
  })
}

test.run()
