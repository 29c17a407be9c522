// Which events the page keeps and shows, the newest first. Pure.
import { factsOf } from '../../protocol/event-text.ts'
import type { EventType, HostEvent } from '../../protocol/events.ts'

/** How many are kept. */
const mostEvents = 1000

/** @param events as they are told, the oldest first */
export function withNewer(known: readonly HostEvent[], events: readonly HostEvent[]): HostEvent[] {
  return [...events.toReversed(), ...known].slice(0, mostEvents)
}

/** The types that there are, and the one that is chosen. */
export function typesIn(events: readonly HostEvent[], chosen: string): string[] {
  const types = new Set<string>(events.map(({ type }) => type))
  if (chosen !== '') types.add(chosen as EventType)
  return [...types].sort()
}

/** @param wanted `type`: empty for all; `text`: a part of the pod's name or of a fact, however it is written */
export function isShown(event: HostEvent, { type, text }: { type: string; text: string }): boolean {
  if (type !== '' && event.type !== type) return false
  const sought = text.trim().toLowerCase()
  if (sought === '') return true
  const said = [event.path, event.pod ?? '', event.type, ...factsOf(event)]
  return said.some(part => part.toLowerCase().includes(sought))
}
