// Pods in one table, and one pod in detail, from what `pod.list` and `pod.status` answer. It must not ask for anything.

import type { Cause, PodState, PodStatus, RunStatus } from '../../protocol/words.ts'
import { ago, count, duration, localTime, size } from './amounts.ts'
import type { Output, Style } from './output.ts'
import { policyValue } from './policy-value.ts'
import { type Cell, facts, table } from './table.ts'

/** The most characters of a pod's own text that a table shows; the detail view shows all. */
const mostText = 60
/** How much of the beginning is shown at least. */
const leastHead = 10

const stateStyles: Record<PodState, Style> = { idle: 'dim', waiting: 'yellow', up: 'green', error: 'red' }

/** All pods, a line each. */
export async function podTable(pods: readonly PodStatus[], usage: boolean, output: Output): Promise<string> {
  const head = ['NAME', 'STATUS', 'VERSION', 'RUNS', 'PID', 'UPTIME', 'RESTARTS', ...usageHead(usage), 'TEXT']
  const now = Date.now()
  const rows = pods.map(pod => [
    pod.name,
    state(pod.status),
    versionText(pod),
    runsText(pod),
    pidText(pod.runs),
    uptimeText(pod.runs),
    String(pod.restarts),
    ...usageCells(usage, pod.runs),
    cut(podText(pod, now)),
  ])
  const problems = pods.flatMap(pod => (pod.problem ? [output.paint('yellow', `${pod.name}: ${pod.problem}`)] : []))
  return [await table(head, rows, output), ...problems].join('\n')
}

/** One pod: its facts, and a line for each run that has a process. */
export async function podDetail(pod: PodStatus, usage: boolean, output: Output): Promise<string> {
  const now = Date.now()
  const list = await facts(
    [
      ['name', pod.path ? `${pod.path}.${pod.name}` : pod.name],
      ['status', state(pod.status)],
      ['text', pod.text],
      ['version', `${versionText(pod)}  ${pod.hash.slice(0, 12)}`],
      ['runs', runsDetail(pod)],
      ['ports', portsText(pod)],
      ['restarts', String(pod.restarts)],
      ['params', textsText(pod.params)],
      ['labels', textsText(pod.labels)],
      ['limits', limitsText(pod)],
      ['isolate', isolateText(pod)],
      // A pod that a host of its own tells of may have no config.
      ['user', pod.config?.user],
      ['policy', pod.from && policyText(pod.config, pod.from)],
      ['next try', pod.retryAt && ago(pod.retryAt, now)],
      ['next start', pod.nextAt && `${localTime(pod.nextAt)} (${ago(pod.nextAt, now)})`],
      ['cause', pod.cause && [`${pod.cause.text} (${causeDetail(pod.cause)})`, 'red']],
      ['restarted', pod.cause ? undefined : restartedText(pod.runs)],
      ['problem', pod.problem && [pod.problem, 'yellow']],
    ],
    output,
  )
  if (pod.runs.length === 0) return list
  const head = ['RUN', 'SLOT', 'STATE', 'PID', 'UPTIME', 'RESTARTS', 'VERSION', ...usageHead(usage), 'STARTED', 'TEXT']
  const rows = pod.runs.map(run => [
    run.id,
    String(run.slot),
    runState(run),
    run.pid === undefined ? '-' : String(run.pid),
    run.uptimeMs === undefined ? '-' : duration(run.uptimeMs),
    String(run.restarts),
    `v${run.version}`,
    ...usageCells(usage, [run]),
    localTime(run.startedAt),
    run.text ?? '',
  ])
  return `${list}\n\n${await table(head, rows, output)}`
}

/** One line for the outcome of a verb: `web is up: 3 of 3 runs, pid 4711 (+2)`. */
export function podLine(pod: PodStatus): string {
  const runs = pod.scale === 1 || pod.kind === 'script' ? '' : `${pod.up} of ${count(pod.scale, 'run')}`
  const pid = pidText(pod.runs) === '-' ? '' : `pid ${pidText(pod.runs)}`
  const parts = [pod.version > 0 ? `v${pod.version}` : '', runs, pid, podText(pod)].filter(part => part !== '')
  return `${pod.name} is ${pod.status}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}

function state(status: PodState): Cell {
  return [status, stateStyles[status]]
}

function runState(run: RunStatus): Cell {
  if (run.health && run.health !== 'up') return [`${run.state} (says ${run.health})`, 'yellow']
  return [run.state, run.state === 'up' ? 'green' : 'yellow']
}

function versionText({ version, latest }: PodStatus): string {
  if (version === 0) return `- (v${latest} pushed)`
  return latest > version ? `v${version} (v${latest} pushed)` : `v${version}`
}

function podText(pod: PodStatus, now = Date.now()): string {
  const next = pod.nextAt === undefined ? '' : `next ${ago(pod.nextAt, now)}`
  return [ownText(pod), next].filter(part => part !== '').join('; ')
}

/** How many runs are running, and how many wait or are wanted. */
function runsText({ kind, up, scale, queued = 0 }: PodStatus): string {
  if (kind === 'script') return queued > 0 ? `${up} +${queued}` : String(up)
  return `${up}/${scale}`
}

function runsDetail({ kind, up, scale, want, queued = 0 }: PodStatus): string {
  if (kind === 'script') return `${up} running, ${queued} queued, at most ${scale} at once`
  return `${up} up, ${scale} wanted${want === 'idle' ? ' when started' : ''}`
}

/** One is told by its address alone. */
function portsText({ ports = [] }: PodStatus): string {
  if (ports.length === 1) return ports.map(({ address }) => address).join()
  return ports.map(({ name, address }) => `${name} ${address}`).join(', ')
}

const byText = {
  watched: 'watched',
  process: 'for each process',
  cgroup: 'by the kernel',
  rotation: 'the oldest lines go',
}

/** `sandbox, without network, reads /srv/data`. */
function isolateText({ isolate, engine }: PodStatus): string | undefined {
  if (!isolate) return undefined
  const { by, network = true, read = [], write = [], image } = isolate
  const parts = [
    engine === undefined ? by : `${by} (${engine})`,
    image !== undefined && `image ${image}`,
    !network && 'without network',
    ...read.map(path => `reads ${path}`),
    ...write.map(path => `writes ${path}`),
  ]
  return parts.filter(part => part !== false).join(', ')
}

/** `memory 200 MB (watched), files 1024 (for each process); 2 runs went beyond them`; without limits now, `2 runs went beyond a limit or a quota`. */
function limitsText({ limits = [], overLimit = 0 }: PodStatus): string {
  const each = limits.map(({ name, most, by }) => {
    const amount = /^(memory|storage|logs)/.test(name) ? size(most) : most
    return `${name} ${amount} (${byText[by] ?? by})`
  })
  const held = each.length > 0 ? [each.join(', ')] : []
  const over =
    overLimit > 0 ? [`${count(overLimit, 'run')} went beyond ${held.length > 0 ? 'them' : 'a limit or a quota'}`] : []
  return [...held, ...over].join('; ')
}

function ownText(pod: PodStatus): string {
  return pod.text || (pod.status === 'error' || pod.status === 'waiting' ? (pod.cause?.text ?? '') : '')
}

function pidText(runs: readonly RunStatus[]): string {
  const pids = runs.flatMap(run => (run.pid === undefined ? [] : [run.pid]))
  return pids.length > 1 ? `${pids[0]} (+${pids.length - 1})` : String(pids[0] ?? '-')
}

function uptimeText(runs: readonly RunStatus[]): string {
  const longest = Math.max(...runs.map(run => run.uptimeMs ?? -1))
  return longest < 0 ? '-' : duration(longest)
}

function usageHead(usage: boolean): string[] {
  return usage ? ['CPU', 'MEMORY', 'LAG P50', 'LAG P99'] : []
}

function usageCells(usage: boolean, runs: readonly RunStatus[]): string[] {
  if (!usage) return []
  const cpu = runs.flatMap(run => run.cpu ?? [])
  const memory = runs.flatMap(run => run.memory ?? [])
  const lag = runs.flatMap(run => run.lag ?? [])
  return [
    cpu.length > 0 ? `${sum(cpu).toFixed(1)} %` : '-',
    memory.length > 0 ? size(sum(memory)) : '-',
    lagText(lag.map(({ p50Ms }) => p50Ms)),
    lagText(lag.map(({ p99Ms }) => p99Ms)),
  ]
}

/** That of the run which is the latest. */
function lagText(lags: readonly number[]): string {
  if (lags.length === 0) return '-'
  const ms = Math.max(...lags)
  return ms < 10 ? `${ms.toFixed(1)} ms` : duration(ms)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** `retries 7 (profile small), restart always (start)` */
function policyText(config: PodStatus['config'], from: Readonly<Record<string, string>>): string {
  const values = Object.entries(config).filter(([key]) => key !== 'labels')
  return values.map(([key, value]) => `${key} ${policyValue(value)} (${from[key]})`).join(', ')
}

function textsText(texts: Record<string, string> = {}): string {
  return Object.entries(texts)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

/** Why the newest run that took another's place did so. */
function restartedText(runs: readonly RunStatus[]): string | undefined {
  const after = runs.findLast(run => run.after)?.after
  return after && `after this: ${after.text} (${causeDetail(after)})`
}

function causeDetail(cause: Cause): string {
  return [cause.run, cause.reason].filter(part => part !== undefined).join(', ')
}

/** A text that is too long loses its end; if it says what comes next, behind the last semicolon, the part before that. */
function cut(text: string): string {
  if (text.length <= mostText) return text
  const next = text.lastIndexOf('; ')
  const tail = next > 0 && text.length - next < mostText - leastHead ? text.slice(next) : ''
  return `${text.slice(0, mostText - 1 - tail.length)}…${tail}`
}
