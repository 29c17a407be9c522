// The whole check: types, lint, import arrows, unused code, unit tests, end-to-end tests. Every test file runs in a
// process of its own, a few at a time, in a home and a temporary directory of its own, in which it may leave nothing. What
// this machine cannot test and what failed is named at the end, and the counts of all are in the last line.
//   node scripts/test.ts [part of a path …]   runs only the test files whose path has one of the parts
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { installSystem, needsSystem } from './system.ts'
import { keepDurations, longestFirst, readDurations } from './test/durations.ts'
import { type Outcome, outcomeOf, slowestOf, summaryOf } from './test/outcome.ts'
import { endAllOf, openSandbox } from './test/sandbox.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (name: string) => `${root}node_modules/.bin/${name}`
const cache = join(root, 'node_modules/.cache/p8a')
const durationsFile = join(cache, 'test-durations.json')
const toldHooks = new URL('test/told-hooks.ts', import.meta.url).href
/** So long only where a machine has much else to do; what waits for nothing that comes has its own deadline. */
const fileMs = 600_000
/** What uvu writes of the time that all took. */
const isLastWord = /^ {2}Duration: /m
/** How long after its last word: what one that failed left open would keep it for as long as a file may take. */
const endMs = 60_000
const parts = process.argv.slice(2)
const interrupted = new AbortController()
const sandboxes = mkdtempSync(join(tmpdir(), 'p8a-tests-'))
let opened = 0
/** The minute that it may take is not waited for by tests that need none of it. */
const system = parts.length === 0 ? installSystem() : undefined
void system?.then(done => process.stdout.write(`programs of the system: ${done}\n`))

process.on('exit', () => rmSync(sandboxes, { recursive: true, force: true, maxRetries: 5 }))
process.on('SIGINT', () => {
  interrupted.abort()
  endAllOf(sandboxes)
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
    keepDurations(durationsFile, Object.fromEntries(outcomes.map(({ name, tookMs }) => [name, Math.round(tookMs)])))
  }
  process.stdout.write(slowestOf(outcomes) + summaryOf(outcomes))
  process.exit(outcomes.every(({ failed }) => failed === 0) ? 0 : 1)
}

function checks(): (() => Promise<Outcome>)[] {
  return [
    () => check('types', bin('tsc'), ['-p', '.']),
    () => check('types of the page', bin('tsc'), ['-p', 'page']),
    () => check('lint and format', bin('biome'), ['ci', '--colors=off', '--error-on-warnings', '.']),
    () => check('import arrows', process.execPath, ['scripts/arrows.ts']),
    () => check('unused code', bin('knip'), []),
    () => check('plain words', process.execPath, ['scripts/words.ts']),
  ]
}

function testFiles(): string[] {
  const files = globSync('test/**/*.test.ts', { cwd: root }).sort()
  const wanted = parts.length === 0 ? files : files.filter(file => parts.some(part => file.includes(part)))
  return longestFirst(wanted, readDurations(durationsFile))
}

async function check(name: string, program: string, args: string[]): Promise<Outcome> {
  const { code, output, tookMs } = await run(program, args)
  const isWell = code === 0
  const [passed, failed] = isWell ? [1, 0] : [0, 1]
  return { name, passed, failed, failures: isWell ? [] : ['see its output above'], skips: [], output, tookMs }
}

// Names of one length: a sandbox finds its processes by its name, which must not be the beginning of another's.
async function runTest(file: string): Promise<Outcome> {
  if (needsSystem(readFileSync(join(root, file), 'utf8'))) await system
  const sandbox = openSandbox(join(sandboxes, String(++opened).padStart(4, '0')), { compiled: join(cache, 'compiled') })
  const ended = await run(process.execPath, ['--import', toldHooks, file], sandbox.env)
  const outcome = outcomeOf(file, ended)
  const left = await sandbox.close()
  if (left.length === 0) return outcome
  const output = `${outcome.output}\nIt left behind:\n${left.join('\n')}`
  const failures = [...outcome.failures, `it left behind: ${left.join(', ')}`]
  return { ...outcome, failed: outcome.failed + 1, failures, output }
}

async function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string; tookMs: number }> {
  const startMs = performance.now()
  const running = execa(program, args, {
    cwd: root,
    env: { NO_COLOR: '1', NODE_COMPILE_CACHE: join(cache, 'compiled'), XDG_CACHE_HOME: cache, ...env },
    stdin: 'ignore',
    all: true,
    timeout: fileMs,
    cancelSignal: interrupted.signal,
    reject: false,
  })
  let late: NodeJS.Timeout | undefined
  running.all.on('data', bytes => {
    if (isLastWord.test(String(bytes))) late ??= setTimeout(() => running.kill('SIGKILL'), endMs)
  })
  const { exitCode, all } = await running
  clearTimeout(late)
  return { code: exitCode ?? null, output: all, tookMs: performance.now() - startMs }
}

/** Five for two processors: half of the time, a file waits for something. */
async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const next = items.values()
  const worker = async () => {
    for (const item of next) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(10, Math.ceil(2.5 * availableParallelism())) }, worker))
}

function report({ name, passed, failed, skips, output, tookMs }: Outcome): void {
  const counts = [`${passed} passed`, `${failed} failed`, ...(skips.length > 0 ? [`${skips.length} skipped`] : [])]
  const seconds = (tookMs / 1000).toFixed(1)
  process.stdout.write(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name} (${counts.join(', ')}; ${seconds} s)\n`)
  if (failed > 0) process.stdout.write(`${output.trimEnd()}\n\n`)
}
