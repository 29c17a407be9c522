// What `scripts/test.ts` makes of a test file's output.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Outcome, outcomeOf, retriable, secondOf, slowestOf, summaryOf } from '../../../scripts/test/outcome.ts'

const test = suite('outcome')

const counts = (total: number, passed: number, skipped = 0) =>
  `• •\n\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1.00ms\n`
const of = (output: string, code: number | null = 0) => outcomeOf('x.test.ts', { code, output, tookMs: 5 })
const skip = '# SKIP it speaks TLS (over TCP) (openssl is not installed)\n'

for (const [what, output, code, expected] of [
  ['all that passed', counts(3, 3), 0, [3, 0]],
  ['what failed', counts(3, 1), 1, [1, 2]],
  ['a file that ended before its counts', 'ReferenceError: require', 1, [0, 1]],
  ['a file that a deadline ended', 'Total: ', null, [0, 1]],
  ['a file whose tests passed and which failed after them', counts(3, 3), 7, [0, 1]],
  ['a file without tests', counts(0, 0), 0, [0, 1]],
  ['a file that leaves tests out without a reason', counts(3, 2, 1), 0, [0, 1]],
  ['a file whose only test cannot run here', `${skip}${counts(0, 0)}`, 0, [0, 0]],
] as const) {
  test(`outcomeOf() counts ${what}`, () => {
    const { passed, failed } = of(output, code)
    assert.equal([passed, failed], expected)
  })
}

test('outcomeOf() keeps each test that was left out, with its reason', () => {
  const { skips } = of(`${skip}# SKIP another (only root can do that)\n${counts(1, 1)}`)
  assert.equal(skips, [
    { title: 'it speaks TLS (over TCP)', reason: 'openssl is not installed' },
    { title: 'another', reason: 'only root can do that' },
  ])
})

test('outcomeOf() keeps how many of how many moments were tried, and summaryOf() says so', () => {
  const short = of(`# SHORT 9 of 41\n${counts(2, 2)}`)
  assert.equal(short.short, { tried: 9, of: 41 })
  assert.is(of(counts(2, 2)).short, undefined)
  assert.match(summaryOf([short]), /^short form of x\.test\.ts: 9 of 41 moments \(npm run test:long tries all\)$/m)
})

test('outcomeOf() says in the output why a file failed that has no failed test', () => {
  assert.match(of(counts(3, 3), 7).output, /\(ended with code 7\)$/)
  assert.match(of('', null).output, /\(ended with code null and no counts\)$/)
  assert.match(of(counts(3, 2, 1)).output, /needs\.ts/)
})

test('outcomeOf() names what failed, by title and error', () => {
  const failed =
    '\n   FAIL  points of "x"  "a pod \\"x\\" is up"\n    Expected values to be strictly equal:  (is)\n        ++idle\n'
  const alone = '   FAIL  "it ends"\n    Waited too long until it is gone\n'
  assert.equal(of(`${failed}\n${alone}${counts(3, 1)}`, 1).failures, [
    'a pod \\"x\\" is up: Expected values to be strictly equal:  (is)',
    'it ends: Waited too long until it is gone',
  ])
  assert.equal(of('Total: ', null).failures, ['ended with code null and no counts'])
})

const bad = of(`   FAIL  "it ends"\n    Waited too long\n${counts(3, 2)}`, 1)

test('retriable() chooses a few test files that failed, and none where a check failed too, or many', () => {
  const good = of(counts(1, 1))
  assert.equal(retriable([good, bad, good, bad]), [1, 3])
  assert.equal(retriable([good]), [])
  assert.equal(retriable([bad, { ...bad, name: 'types' }]), [])
  assert.equal(retriable(Array.from({ length: 6 }, () => bad)), [])
})

test('secondOf() counts the second run alone, and names what failed in the first', () => {
  const passed = secondOf(bad, of(counts(3, 3)))
  assert.equal([passed.passed, passed.failed, passed.failures], [3, 0, []])
  assert.match(summaryOf([passed]), '\nflaky x.test.ts: it ends: Waited too long\n3 passed, 0 failed, 0 skipped\n')
  const failed = secondOf(bad, of(`   FAIL  "it begins"\n    Expected\n${counts(3, 2)}`, 1))
  assert.equal(failed.failures, ['it ends: Waited too long', 'it begins: Expected'])
  assert.is(failed.failed, 1)
})

test('summaryOf() names what was left out and what failed, and has all counts in its last line', () => {
  const failed = '   FAIL  "it ends"\n    Waited too long until it is gone\n'
  const outcomes: Outcome[] = [of(`${failed}${counts(3, 1)}`, 1), of(`${skip}${counts(2, 2)}`)]
  const lines = summaryOf(outcomes).trim().split('\n')
  assert.equal(lines, [
    'skipped x.test.ts: it speaks TLS (over TCP) (openssl is not installed)',
    'failed x.test.ts: it ends: Waited too long until it is gone',
    '3 passed, 2 failed, 1 skipped',
  ])
})

test('slowestOf() names those that took longest, the longest first', () => {
  const took = (name: string, tookMs: number): Outcome => ({ ...of(counts(1, 1)), name, tookMs })
  const outcomes = [took('a.test.ts', 1200), took('b.test.ts', 61_000), took('c.test.ts', 5400)]
  assert.is(slowestOf(outcomes, 2).trim(), 'slowest: b.test.ts 61 s, c.test.ts 5 s')
})

test.run()
