// An event as people read it: `2026-11-20 10:00:00.123 crashed web run web.7, code 1`.
import { factsOf, toneOf } from '../../protocol/event-text.ts'
import type { HostEvent } from '../../protocol/events.ts'
import { joinPath } from '../../protocol/names.ts'
import { localTime } from './amounts.ts'
import type { Output } from './output.ts'
import { tame } from './tame.ts'

const styles = { bad: 'red', good: 'green', plain: 'cyan' } as const

export class EventLines {
  #output: Output
  #width = 4

  constructor(output: Output) {
    this.#output = output
  }

  render(event: HostEvent): string {
    const who = tame(event.pod === undefined ? event.path || 'host' : joinPath(event.path, event.pod))
    this.#width = Math.max(this.#width, Math.min(who.length, 60))
    const type = this.#output.paint(styles[toneOf(event.type)], tame(event.type).padEnd(14))
    const said = factsOf(event).map(tame).join(', ')
    const time = this.#output.paint('dim', localTime(event.at))
    return `${time} ${who.padEnd(this.#width)} ${type} ${said}`.trimEnd()
  }
}
