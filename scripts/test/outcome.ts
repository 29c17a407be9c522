// What came of a check or of a test file, and what a test file says of it on its output.

/** A test that this machine cannot run, and why. */
export type Skip = { title: string; reason: string }

/**
 * `failures`: the titles of the tests that failed, each with the first line of its error; `flaky`: the same of a first run, where
 * the second passed; `short`: how many of how many moments it tried, where it did not try all.
 */
export type Outcome = {
  name: string
  passed: number
  failed: number
  failures: string[]
  flaky?: string[]
  skips: Skip[]
  short?: { tried: number; of: number }
  output: string
  tookMs: number
}

/**
 * The outcome of a test file by what it wrote: uvu tells its counts in plain lines, and `test/needs.ts` each test that it
 * left out. A file that ends without counts has failed as a whole, and so has one that leaves tests out without a reason.
 */
export function outcomeOf(name: string, ended: { code: number | null; output: string; tookMs: number }): Outcome {
  const { code, output, tookMs } = ended
  const count = (label: string) => Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? NaN)
  const [total, passed, silent] = [count('Total'), count('Passed'), count('Skipped')]
  const skips = skipsIn(output)
  const failed = total - passed
  const problem = Number.isNaN(failed)
    ? `ended with code ${code} and no counts`
    : silent > 0
      ? `${silent} skipped without a reason: see test/needs.ts`
      : code !== 0 && failed === 0
        ? `ended with code ${code}`
        : total + skips.length === 0
          ? 'it has no tests'
          : undefined
  const failures = failuresIn(output)
  const short = shortIn(output)
  const told = { name, skips, tookMs, ...(short && { short }) }
  if (problem === undefined) return { ...told, passed, failed, failures, output }
  return {
    ...told,
    passed: 0,
    failed: Math.max(1, failed || 0),
    failures: [...failures, problem],
    output: `${output}\n(${problem})`,
  }
}

/** Reads what uvu writes of a failed test: the suite and the title in one line, the error in the next. */
function failuresIn(output: string): string[] {
  const failed = output.matchAll(/^ +FAIL {2}(?:.*? {2})?"(.*)"\n *(.*)$/gm)
  return [...failed].map(([, title = '', error = '']) => `${title}: ${error.trim()}`)
}

/** Reads the lines that `test/needs.ts` writes. */
function skipsIn(output: string): Skip[] {
  const lines = output.matchAll(/^# SKIP (.*) \((.*)\)$/gm)
  return [...lines].map(([, title = '', reason = '']) => ({ title, reason }))
}

/** Reads the line that `scripts/test/moments.ts` writes. */
function shortIn(output: string): Outcome['short'] {
  const line = /^# SHORT (\d+) of (\d+)$/m.exec(output)
  return line ? { tried: Number(line[1]), of: Number(line[2]) } : undefined
}

/** More are no matter of chance. */
const mostAgain = 5

/** Which of them are test files that failed, and are to run once more: none where so many failed that chance is no reason. */
export function retriable(outcomes: readonly Outcome[]): number[] {
  const failed = [...outcomes.keys()].filter(at => (outcomes[at]?.failed ?? 0) > 0)
  const files = failed.filter(at => outcomes[at]?.name.endsWith('.test.ts'))
  return files.length < failed.length || failed.length > mostAgain ? [] : files
}

/** What came of a file that failed first. Both failures are told where it failed again. */
export function secondOf(first: Outcome, second: Outcome): Outcome {
  if (second.failed === 0) return { ...second, flaky: first.failures }
  return { ...second, failures: [...new Set([...first.failures, ...second.failures])] }
}

/** What is said at the end: each file that did not try all of its moments, each test that was left out, that was flaky, and that failed, by name, and the counts of all. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0)
  const skips = outcomes.flatMap(({ name, skips }) =>
    skips.map(({ title, reason }) => `skipped ${name}: ${title} (${reason})\n`),
  )
  const short = outcomes.flatMap(({ name, short }) =>
    short ? [`short form of ${name}: ${short.tried} of ${short.of} moments (npm run test:long tries all)\n`] : [],
  )
  const flaky = outcomes.flatMap(({ name, flaky = [] }) => flaky.map(failure => `flaky ${name}: ${failure}\n`))
  const failures = outcomes.flatMap(({ name, failures }) => failures.map(failure => `failed ${name}: ${failure}\n`))
  const counts = `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed, ${skips.length} skipped`
  return `\n${[...short, ...skips, ...flaky, ...failures].join('')}${counts}\n`
}

/** Which of them took longest: the first places to look at when the whole run takes too long. */
export function slowestOf(outcomes: readonly Outcome[], most = 10): string {
  const slowest = outcomes.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, most)
  return `\nslowest: ${slowest.map(({ name, tookMs }) => `${name} ${Math.round(tookMs / 1000)} s`).join(', ')}\n`
}
