// How an event is told to people, in a terminal and on the page: whether it is bad or good, and its facts as a line.
import type { EventType, HostEvent } from './events.ts'

const bad: ReadonlySet<EventType> = new Set<EventType>([
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
const good: ReadonlySet<EventType> = new Set<EventType>(['up', 'reloaded', 'upgraded', 'mended'])

/** What stands beside the facts. */
const columns: ReadonlySet<string> = new Set(['number', 'at', 'type', 'path', 'pod'])

export function toneOf(type: EventType): 'bad' | 'good' | 'plain' {
  if (bad.has(type)) return 'bad'
  return good.has(type) ? 'good' : 'plain'
}

/** Each fact of an event in words, such as `code 1`. */
export function factsOf(event: HostEvent): string[] {
  const facts = Object.entries(event).filter(([key, value]) => !columns.has(key) && value !== null)
  return facts.map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
}
