// An event as people read it: `2026-11-20 10:00:00.123 crashed web run web.7, code 1`.
import type { HostEvent } from '../../protocol/events.ts'
import { joinPath } from '../../protocol/names.ts'
import { localTime } from './amounts.ts'
import type { Output, Style } from './output.ts'
import { tame } from './tame.ts'

const bad: ReadonlySet<string> = new Set([
  'broken',
  'crashed',
  'failing',
  'gave-up',
  'host-lost',
  'keeper-lost',
  'killed',
  'limit-hit',
  'lost',
  'missed',
  'reload-failed',
  'unhealthy',
  'upgrade-failed',
])
const good: ReadonlySet<string> = new Set(['up', 'reloaded', 'upgraded', 'mended'])

/** What stands in columns of its own. */
const columns: ReadonlySet<string> = new Set(['number', 'at', 'type', 'path', 'pod'])

export class EventLines {
  #output: Output
  #width = 4

  constructor(output: Output) {
    this.#output = output
  }

  render(event: HostEvent): string {
    const who = tame(event.pod === undefined ? event.path || 'host' : joinPath(event.path, event.pod))
    this.#width = Math.max(this.#width, Math.min(who.length, 60))
    const type = this.#output.paint(styleOf(event.type), tame(event.type).padEnd(14))
    const facts = Object.entries(event).filter(([key, value]) => !columns.has(key) && value !== null)
    const said = facts.map(([key, value]) => `${key} ${tame(textOf(value))}`).join(', ')
    const time = this.#output.paint('dim', localTime(event.at))
    return `${time} ${who.padEnd(this.#width)} ${type} ${said}`.trimEnd()
  }
}

function styleOf(type: string): Style {
  if (bad.has(type)) return 'red'
  return good.has(type) ? 'green' : 'cyan'
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
