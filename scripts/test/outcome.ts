// What came of a check or of a test file, and what a test file says of it on its output.

/** A test that this machine cannot run, and why. */
export type Skip = { title: string; reason: string }

export type Outcome = { name: string; passed: number; failed: number; skips: Skip[]; output: string; tookMs: number }

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
  if (problem === undefined) return { name, passed, failed, skips, output, tookMs }
  return { name, passed: 0, failed: Math.max(1, failed || 0), skips, output: `${output}\n(${problem})`, tookMs }
}

/** Reads the lines that `test/needs.ts` writes. */
function skipsIn(output: string): Skip[] {
  const lines = output.matchAll(/^# SKIP (.*) \((.*)\)$/gm)
  return [...lines].map(([, title = '', reason = '']) => ({ title, reason }))
}

/** What is said at the end: each test that was left out, by name, and the counts of all. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0)
  const skips = outcomes.flatMap(({ name, skips }) =>
    skips.map(({ title, reason }) => `skipped ${name}: ${title} (${reason})\n`),
  )
  const counts = `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed, ${skips.length} skipped`
  return `\n${skips.join('')}${counts}\n`
}
