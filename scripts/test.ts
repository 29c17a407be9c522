// The whole check: types, lint, unused code, unit tests, end-to-end tests. A test file runs in a process of its
// own, or with others that begin no program, a few processes at a time, each in a home and a temporary directory of its own,
// in which it may leave nothing. In a whole run, a test file that failed runs once more when the machine has nothing else to do:
// one that passes then is named as flaky. What this machine cannot test and what failed is named too, and the counts of all
// are in the last line.
//   node scripts/test.ts [--long] [part of a path …]
// runs only the test files whose path has one of the parts. `--long`: tries each moment of the walks, not only some (scripts/test/moments.ts).
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { installSystem, needsSystem } from './system.ts'
import { batchesOf, endOf, sectionsOf } from './test/batches.ts'
import { isBuilt } from './test/built.ts'
import { expectedMs, keepDurations, longestFirst, readDurations } from './test/durations.ts'
import { longVariable } from './test/moments.ts'
import { type Outcome, outcomeOf, retriable, secondOf, slowestOf, summaryOf } from './test/outcome.ts'
import { endAllOf, openSandbox } from './test/sandbox.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (name: string) => `${root}node_modules/.bin/${name}`
const cache = join(root, 'node_modules/.cache/p8a')
const durationsFile = join(cache, 'test-durations.json')
const toldHooks = new URL('test/told-hooks.ts', import.meta.url).href
/** So long only where a machine has much else to do; what waits for nothing that comes has its own deadline. */
const fileMs = 300_000
/** What uvu writes of the time that all took. */
const isLastWord = /^ {2}Duration: /m
/** How long after its last word: what one that failed left open would keep it for as long as a file may take. */
const endMs = 60_000
/** For a program in Go that ends before long: to collect garbage takes a quarter of its time. Close to the limit it does after all. */
const keepsAll = { GOGC: 'off', GOMEMLIMIT: '1500MiB' }
const parts = process.argv.slice(2).filter(arg => arg !== '--long')
if (process.argv.includes('--long')) process.env[longVariable] = '1'
const interrupted = new AbortController()
const sandboxes = mkdtempSync(join(tmpdir(), 'p8a-tests-'))
let opened = 0
/** The minute that it may take is not waited for by tests that need none of it. */
const system = parts.length === 0 ? installSystem() : undefined
void system?.then(done => process.stdout.write(`programs of the system: ${done}\n`))

process.on('exit', () => rmSync(sandboxes, { recursive: true, force: true, maxRetries: 5 }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    interrupted.abort()
    endAllOf(sandboxes)
    process.exit(128 + constants.signals[signal])
  })

await main()

async function main(): Promise<void> {
  const outcomes = isBuilt(root) ? [] : [await check('build', process.execPath, ['scripts/build.ts'])]
  outcomes.forEach(report)
  if (outcomes.every(({ failed }) => failed === 0)) {
    const jobs = [...(parts.length === 0 ? checks() : []), ...testJobs().map(files => () => runTests(files))]
    await inParallel(jobs, async job => {
      const ended = await job()
      outcomes.push(...ended)
      ended.forEach(report)
    })
    const again = parts.length === 0 ? retriable(outcomes) : []
    for (const at of again) {
      const first = outcomes[at] as Outcome
      const second = secondOf(first, (await runTests([first.name]))[0] as Outcome)
      outcomes[at] = second
      report(second)
    }
    keepDurations(durationsFile, Object.fromEntries(outcomes.map(({ name, tookMs }) => [name, Math.round(tookMs)])))
  }
  process.stdout.write(slowestOf(outcomes) + summaryOf(outcomes))
  process.exit(outcomes.every(({ failed }) => failed === 0) ? 0 : 1)
}

function checks(): (() => Promise<Outcome[]>)[] {
  const all: Parameters<typeof check>[] = [
    // Each thread of several checks again what others have checked; the other processors have the tests to do.
    ['types', bin('tsc'), ['-p', '.', '--singleThreaded'], keepsAll],
    ['types of the page', bin('tsc'), ['-p', 'page', '--singleThreaded']],
    ['lint and format', bin('biome'), ['ci', '--colors=off', '--error-on-warnings', '.']],
    ['unused code', bin('knip'), []],
    ['plain words', process.execPath, ['scripts/words.ts']],
  ]
  return all.map(one => async () => [await check(...one)])
}

/** The test files that are wanted, each list for one process. */
function testJobs(): string[][] {
  const files = globSync('test/**/*.test.ts', { cwd: root }).sort()
  const wanted = parts.length === 0 ? files : files.filter(file => parts.some(part => file.includes(part)))
  const durations = readDurations(durationsFile)
  return batchesOf(longestFirst(wanted, durations), { text: textOf, expectedMs: file => expectedMs(file, durations) })
}

/** What a text of a test names may be no file: then it is none of its helpers. */
function textOf(file: string): string {
  const path = join(root, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

async function check(
  name: string,
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const { code, output, tookMs } = await run(program, args, env)
  const isWell = code === 0
  const [passed, failed] = isWell ? [1, 0] : [0, 1]
  return { name, passed, failed, failures: isWell ? [] : ['see its output above'], skips: [], output, tookMs }
}

// Names of one length: a sandbox finds its processes by its name, which must not be the beginning of another's.
async function runTests(files: string[]): Promise<Outcome[]> {
  if (files.some(file => needsSystem(textOf(file)))) await system
  const sandbox = openSandbox(join(sandboxes, String(++opened).padStart(4, '0')), { compiled: join(cache, 'compiled') })
  const outcomes = files.length === 1 ? await runAlone(files, sandbox.env) : await runTogether(files, sandbox.env)
  const left = await sandbox.close()
  const last = outcomes.at(-1)
  if (left.length === 0 || last === undefined) return outcomes
  const output = `${last.output}\nIt left behind:\n${left.join('\n')}`
  const failures = [...last.failures, `it left behind: ${left.join(', ')}`]
  return outcomes.with(-1, { ...last, failed: last.failed + 1, failures, output })
}

async function runAlone(files: readonly string[], env: Record<string, string>): Promise<Outcome[]> {
  const [file = ''] = files
  return [outcomeOf(file, await run(process.execPath, ['--import', toldHooks, file], env))]
}

/** One that ends the process has failed, and those after it get another. What is left open at the end is the last one's. */
async function runTogether(files: readonly string[], env: Record<string, string>): Promise<Outcome[]> {
  const together = ['scripts/test/together.ts', ...files]
  const { code, output, tookMs } = await run(process.execPath, together, env, endOf(files.at(-1) ?? ''))
  const sections = sectionsOf(files, output)
  const outcomes = sections.map(({ file, output, isWhole }) => {
    const isEnd = !isWhole || file === files.at(-1)
    return outcomeOf(file, { code: isEnd ? code : 0, output, tookMs: tookMs / sections.length })
  })
  const rest = files.slice(sections.length)
  return rest.length === 0 ? outcomes : [...outcomes, ...(await runTogether(rest, env))]
}

async function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
  lastWord: RegExp | string = isLastWord,
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
    if (String(bytes).search(lastWord) >= 0) late ??= setTimeout(() => running.kill('SIGKILL'), endMs)
  })
  const { exitCode, all } = await running
  clearTimeout(late)
  return { code: exitCode ?? null, output: all, tookMs: performance.now() - startMs }
}

/** Six for two processors: most of the time, a file waits for something. With five, the processors waited too, one second in twenty. */
async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const next = items.values()
  const worker = async () => {
    for (const item of next) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(10, 3 * availableParallelism()) }, worker))
}

function report({ name, passed, failed, skips, output, tookMs }: Outcome): void {
  const counts = [`${passed} passed`, `${failed} failed`, ...(skips.length > 0 ? [`${skips.length} skipped`] : [])]
  const seconds = (tookMs / 1000).toFixed(1)
  process.stdout.write(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name} (${counts.join(', ')}; ${seconds} s)\n`)
  if (failed > 0) process.stdout.write(`${output.trimEnd()}\n\n`)
}
