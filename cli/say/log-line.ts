// A line of a log as people read it: `2026-11-20 10:00:00.123 web.7 | text`. In the place of `|`, `!` marks stderr and
// `*` a line of the host.
import type { LogEntry } from '../../protocol/words.ts'
import { localTime } from './amounts.ts'
import { loggedLine } from './json-line.ts'
import type { Output, Style } from './output.ts'
import { tame, tameLine } from './tame.ts'

const podStyles: readonly Style[] = [
  'cyan',
  'green',
  'magenta',
  'blue',
  'yellow',
  'cyanBright',
  'magentaBright',
  'greenBright',
]

const marks = { stdout: ['|', 'dim'], stderr: ['!', 'red'], host: ['*', 'cyan'] } as const

/** Longer names are not aligned. */
const maxWidth = 80

/** Renders entries one after the other, keeping the texts of all below each other as far as is known yet. */
export class LogLines {
  #output: Output
  #isRaw: boolean
  #width = 4

  /** @param options.isRaw shows lines of JSON as they are on a terminal too */
  constructor(output: Output, { isRaw = false }: { isRaw?: boolean } = {}) {
    this.#output = output
    this.#isRaw = isRaw
  }

  render(entry: LogEntry): string {
    const who = tame(entry.run ?? entry.pod ?? 'host')
    this.#width = Math.max(this.#width, Math.min(who.length, maxWidth))
    const [sign, style] = marks[entry.source]
    const mark = this.#output.paint(style, sign)
    const time = this.#output.paint('dim', tame(localTime(entry.time)))
    // Elsewhere the text stays as the pod wrote it, for programs that search in it.
    const text = this.#output.isTerminal ? this.#forPeople(entry) : entry.text
    const isRest = entry.source !== 'host' && entry.tags[0] === 'rest' && !entry.text.startsWith('[rest]')
    return `${time} ${this.#output.paint(styleOf(entry.pod), who.padEnd(this.#width))} ${mark}${isRest ? '…' : ' '}${text}`
  }
  #forPeople({ source, text }: LogEntry): string {
    const logged = this.#isRaw || source === 'host' ? undefined : loggedLine(text)
    if (!logged) return tameLine(text)
    const [first = '', ...more] = logged.text.split('\n').map(tameLine)
    const level = this.#output.paint(logged.style, tame(logged.level).padEnd(5))
    return [`${level} ${first}`, ...more.map(line => `    ${line}`)].join('\n')
  }
}

/** The same color for the same pod, always. */
function styleOf(pod: string | undefined): Style {
  if (pod === undefined) return 'dim'
  let hash = 0
  for (const character of pod) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return podStyles[hash % podStyles.length] ?? 'cyan'
}
