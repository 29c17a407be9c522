// The whole check: types, lint, import arrows, unused code, unit tests, end-to-end tests. Every test file runs in a
// process of its own, two at a time, and the counts of all are told in one line at the end.
//   node scripts/test.ts [part of a path …]   runs only the test files whose path has one of the parts
import { type ChildProcess, spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

type Outcome = { name: string; passed: number; failed: number; output: string }

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (name: string) => `${root}node_modules/.bin/${name}`
const fileMs = 240_000
const parts = process.argv.slice(2)
const children = new Set<ChildProcess>()

process.on('SIGINT', () => {
  for (const child of children) child.kill()
  process.exit(130)
})

await main()

async function main(): Promise<void> {
  const build = await check('build', process.execPath, ['scripts/build.ts'])
  const outcomes = [build]
  report(build)
  if (build.failed === 0) {
    const jobs = [...(parts.length === 0 ? checks() : []), ...testFiles().map(file => () => runTest(file))]
    await inParallel(jobs, async job => {
      const outcome = await job()
      outcomes.push(outcome)
      report(outcome)
    })
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exit(failed === 0 ? 0 : 1)
}

function checks(): (() => Promise<Outcome>)[] {
  return [
    () => check('types', bin('tsc'), ['-p', '.']),
    () => check('lint and format', bin('biome'), ['ci', '--colors=off', '--error-on-warnings', '.']),
    () => check('import arrows', process.execPath, ['scripts/arrows.ts']),
    () => check('unused code', bin('knip'), []),
  ]
}

function testFiles(): string[] {
  const files = globSync('test/**/*.test.ts', { cwd: root }).sort()
  // The long ones first, so that the end is not spent waiting for one.
  const sorted = files.sort((a, b) => Number(b.includes('e2e')) - Number(a.includes('e2e')))
  return parts.length === 0 ? sorted : sorted.filter(file => parts.some(part => file.includes(part)))
}

async function check(name: string, program: string, args: string[]): Promise<Outcome> {
  const { code, output } = await run(program, args)
  return { name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output }
}

/** uvu tells its counts in plain lines; a file that ends without them has failed as a whole. */
async function runTest(file: string): Promise<Outcome> {
  const { code, output } = await run(process.execPath, [file])
  const count = (label: string) => Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? NaN)
  const [total, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')]
  const failed = total - passed - skipped
  if (Number.isNaN(failed) || (code !== 0 && failed === 0) || total === 0) {
    return { name: file, passed: 0, failed: 1, output: `${output}\n(ended with code ${code} and no counts)` }
  }
  return { name: file, passed, failed, output }
}

function run(program: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: fileMs,
      env: { ...process.env, NO_COLOR: '1' },
    })
    children.add(child)
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('close', code => {
      children.delete(child)
      resolve({ code, output })
    })
  })
}

async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const next = items.values()
  const worker = async () => {
    for (const item of next) await work(item)
  }
  await Promise.all(Array.from({ length: Math.max(2, Math.min(4, availableParallelism())) }, worker))
}

function report({ name, passed, failed, output }: Outcome): void {
  process.stdout.write(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name} (${passed} passed, ${failed} failed)\n`)
  if (failed > 0) process.stdout.write(`${output.trimEnd()}\n\n`)
}
