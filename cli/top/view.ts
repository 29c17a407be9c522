// The live table as rows of a screen, from what is known. Pure: size, time and colors are arguments.
import { countByState, fullName, type Shown, shownAs } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { ago, count, duration, size } from '../say/amounts.ts'
import type { Style } from '../say/output.ts'
import { plain } from '../say/table.ts'
import { chosenAt, shownPods } from './rows.ts'
import type { Mode, Top, Used } from './state.ts'
import type { Cut } from './wrap.ts'

export type Look = {
  columns: number
  rows: number
  nowMs: number
  paint: (style: Style, text: string) => string
  cut: Cut
}

/** Rows that are there in any case: the state of the host, the head of the table, a note, the keys. */
const framing = 4

/** How many rows there are for pods, or for lines of a log. */
export function pageOf(rows: number): number {
  return Math.max(1, rows - framing)
}

/** As many rows as the screen has. */
export function view(top: Top, look: Look): string[] {
  const { rows, columns, cut } = look
  const lines = top.mode.is === 'log' ? logView(top, top.mode, look) : tableView(top, look)
  return Array.from({ length: rows }, (_, at) => cut.fitted(lines[at] ?? '', columns).trimEnd())
}

function tableView(top: Top, look: Look): string[] {
  const shown = shownPods(top)
  const page = pageOf(look.rows)
  const at = chosenAt(top, shown)
  const first = Math.max(0, Math.min(shown.length - page, at - Math.floor(page / 2)))
  const columns = columnsFor(shown, look.columns)
  const head = look.paint('dim', `  ${columns.map(({ title, width }) => look.cut.fitted(title, width)).join('  ')}`)
  const body = shown.slice(first, first + page).map((pod, row) => {
    const isChosen = first + row === at
    const cells = columns.map(column => cell(column, pod, { top, look, isChosen }))
    const line = `${isChosen ? '>' : ' '} ${cells.join('  ')}`
    return isChosen ? look.paint('inverse', look.cut.fitted(line, look.columns)) : line
  })
  if (top.mode.is === 'help') body.splice(0, body.length, ...help)
  else if (shown.length === 0) body.push(look.paint('dim', emptyText(top)))
  const filled = Array.from({ length: page }, (_, row) => body[row] ?? '')
  return [stateLine(top, look), head, ...filled, noteLine(top, shown[at], look), keyLine(top, look)]
}

type Column = {
  title: string
  width: number
  text: (pod: PodStatus, now: Now) => string
  style?: (pod: PodStatus) => Style
}
type Now = { nowMs: number; used: Used | undefined }

const styles: Readonly<Record<Shown, Style>> = {
  error: 'red',
  waiting: 'yellow',
  up: 'green',
  asleep: 'dim',
  idle: 'dim',
}

/** Below this, a text says too little to take the room. */
const leastText = 10

/** Those that have room, the text in what is left. */
function columnsFor(pods: readonly PodStatus[], room: number): Column[] {
  const longest = Math.max(4, ...pods.map(pod => plain(fullName(pod)).length))
  const name = Math.min(longest, Math.max(12, Math.floor(room / 4)))
  const fixed: Column[] = [
    { title: 'NAME', width: name, text: fullName },
    { title: 'STATUS', width: 7, text: pod => shownAs(pod), style: pod => styles[shownAs(pod)] },
    { title: 'RUNS', width: 5, text: runsText },
    { title: 'CPU', width: 6, text: (_, { used }) => (used ? `${used.cpu.toFixed(used.cpu < 100 ? 1 : 0)}%` : '-') },
    { title: 'MEM', width: 6, text: (_, { used }) => (used ? size(used.memory) : '-') },
    { title: 'UPTIME', width: 6, text: (pod, { nowMs }) => uptime(pod, nowMs) },
    { title: 'RST', width: 4, text: ({ restarts }) => String(restarts) },
    { title: 'VER', width: 5, text: ({ version }) => (version === 0 ? '-' : `v${version}`) },
  ]
  const taken: Column[] = []
  let left = room - 2
  for (const column of fixed) {
    // What is named first matters most.
    if (left < column.width) break
    taken.push(column)
    left -= column.width + 2
  }
  const text = (pod: PodStatus, { nowMs }: Now) => whyText(pod, nowMs)
  return left < leastText ? taken : [...taken, { title: 'TEXT', width: left, text }]
}

function cell(
  column: Column,
  pod: PodStatus,
  { top, look, isChosen }: { top: Top; look: Look; isChosen: boolean },
): string {
  const now = { nowMs: look.nowMs, used: top.usage.get(fullName(pod)) }
  const text = look.cut.fitted(plain(column.text(pod, now)), column.width)
  const style = isChosen ? undefined : column.style?.(pod)
  return style === undefined ? text : look.paint(style, text)
}

/** What a person wants to know of a pod in a few words: the trouble before its own text. */
export function whyText(pod: PodStatus, nowMs: number): string {
  const isDown = pod.want === 'up' && pod.status !== 'up'
  const retry = pod.retryAt === undefined ? '' : `next try ${ago(pod.retryAt, nowMs)}`
  const cause = isDown && pod.cause ? pod.cause.text : (pod.problem ?? pod.text)
  return [cause, isDown ? retry : ''].filter(part => part !== '').join('; ')
}

function runsText({ kind, up, scale, queued = 0 }: PodStatus): string {
  if (kind === 'script') return queued > 0 ? `${up} +${queued}` : String(up)
  return `${up}/${scale}`
}

function uptime({ runs }: PodStatus, nowMs: number): string {
  const since = runs.flatMap(({ upAt }) => (upAt === undefined ? [] : [Date.parse(upAt)]))
  return since.length === 0 ? '-' : duration(nowMs - Math.min(...since))
}

function stateLine(top: Top, { paint, nowMs }: Look): string {
  const counts = countByState(top.pods.values())
  const parts = (['error', 'waiting', 'up', 'asleep', 'idle'] as const)
    .filter(state => counts[state] > 0)
    .map(state => paint(styles[state], `${counts[state]} ${state}`))
  const where = `${top.remote}  ${count(top.pods.size, 'pod')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
  const order = `by ${top.order}${top.isReversed ? ', reversed' : ''}`
  const filter = top.filter === '' ? '' : `  with "${top.filter}"`
  if (top.link.is === 'live') return `${where}  ${paint('dim', order + filter)}`
  const lost = `The host has been away for ${duration(nowMs - top.link.sinceMs)}, trying again; this is what was last known`
  return paint('yellow', lost)
}

function noteLine(top: Top, pod: PodStatus | undefined, { paint, nowMs }: Look): string {
  if (top.note !== '') return plain(top.note)
  if (!pod) return ''
  const ports = pod.ports?.map(({ address }) => address).join(', ') ?? ''
  const parts = [fullName(pod), ports, whyText(pod, nowMs)].filter(part => part !== '')
  return paint('dim', plain(parts.join('  ')))
}

function keyLine({ mode, filter }: Top, { paint, columns, cut }: Look): string {
  if (mode.is === 'filter') return `/${filter}_   Enter keeps it, Escape takes it back`
  if (mode.is === 'question') {
    const [before, after] = [`${questions[mode.verb]} `, '? y/n']
    // What it waits for must be seen, also beside a long name.
    const room = Math.max(1, columns - before.length - after.length)
    return paint('yellow', `${before}${mode.pod.length > room ? cut.fitted(mode.pod, room) : mode.pod}${after}`)
  }
  if (mode.is === 'help') return paint('dim', 'Any key goes back')
  const long = 'Enter log  r restart  s stop  u start  / filter  o order  ? help  q quit'
  return paint('dim', columns >= 80 ? long : 'r s u / o ? q')
}

const questions = { stop: 'Stop', restart: 'Restart', start: 'Start' }

const help: readonly string[] = [
  '  up, down, j, k     choose a pod       page keys, g, G   further',
  '  Enter, l           its log; there: up and down scroll, Escape goes back',
  '  r, s, u            restart, stop, start it, after a question',
  '  /                  show only pods with these words in name, text or labels; Escape shows all',
  '  o, O               another order, the order reversed',
  '  T, N, P, M         by trouble, name, cpu, memory',
  '  q, Ctrl-C          quit',
]

function emptyText({ pods, filter }: Top): string {
  if (pods.size === 0) return '  No pods yet'
  return `  No pod has ${JSON.stringify(filter)}; Escape shows all`
}

function logView(top: Top, { pod, lines, back }: Extract<Mode, { is: 'log' }>, look: Look): string[] {
  const page = pageOf(look.rows) + 1
  const rows = lines.slice(-(page + back)).flatMap(line => look.cut.wrapped(line, look.columns))
  const end = Math.max(Math.min(page, rows.length), rows.length - back)
  const shown = rows.slice(Math.max(0, end - page), end)
  const filled = Array.from({ length: page }, (_, row) => shown[row] ?? '')
  const where = back > 0 ? `${back} back` : 'follows'
  const title = look.paint('bold', `Log of ${pod}`)
  return [
    top.link.is === 'live' ? `${title}  ${look.paint('dim', where)}` : stateLine(top, look),
    ...filled,
    plain(top.note),
    look.paint('dim', '↑↓ scroll  G end  Escape back'),
  ]
}
