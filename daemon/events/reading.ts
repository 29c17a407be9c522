// Reads the journal: what came after a number, or the newest. A reader gets a few at a time, and asks again when it has room.
import { type EventType, type HostEvent, roleFor } from '../../protocol/events.ts'
import { isWithin } from '../../protocol/names.ts'
import { type Role, roles } from '../../protocol/roles.ts'
import type { Journal } from './journal.ts'
import { fileOf, type Line, linesFrom } from './journal-file.ts'

/** Which events are meant. */
export type Wanted = {
  /** Those of this host, and of the hosts within it. */
  path: string
  /** Of this pod of that host. */
  name?: string | undefined
  types?: readonly string[] | undefined
  /** From this time on, RFC 3339. */
  since?: string | undefined
  role: Role
}

/** Events in order, and the number behind which to go on: events may have been left out. */
export type Page = { events: HostEvent[]; at: number }

/** How many lines are read for one page. */
const pageLines = 512

export function isWanted(event: HostEvent, { path, name, types, since, role }: Wanted): boolean {
  if (roles.indexOf(role) < roles.indexOf(roleFor(event.type as EventType))) return false
  if (name === undefined ? !isWithin(path, event.path) : event.path !== path || event.pod !== name) return false
  if (types && !types.includes(event.type)) return false
  return since === undefined || Date.parse(event.at) >= Date.parse(since)
}

/** The newest events, the oldest of them first. */
export async function newest(journal: Journal, limit: number, wanted: Wanted): Promise<Page> {
  const at = journal.last
  let found: HostEvent[] = []
  for (const [index, first] of [...journal.files.entries()].reverse()) {
    if (found.length >= limit) break
    const end = journal.files[index + 1] ?? at + 1
    const here: HostEvent[] = []
    for await (const line of linesOf(journal, first, first)) {
      if (line.number >= end) break
      if (isWanted(line, wanted)) here.push(told(line))
      if (here.length > 2 * limit) here.splice(0, here.length - limit)
    }
    found = [...here, ...found].slice(-limit)
  }
  return { events: found, at }
}

/** The events behind a number, at most so many. Where some of them are not kept any more, that is told first. */
export async function behind(journal: Journal, number: number, limit: number, wanted: Wanted): Promise<Page> {
  const { first, last } = journal
  const from = Math.min(number, last) + 1
  const events: HostEvent[] = []
  if (from < first) events.push(missedEvent(wanted.path, from, first - 1))
  let at = Math.max(from, first) - 1
  let read = 0
  for await (const line of allFrom(journal, at + 1)) {
    at = line.number
    if (isWanted(line, wanted)) events.push(told(line))
    if (++read >= pageLines || events.length >= limit) break
  }
  // A file may have gone while it was read.
  return { events, at: read === 0 ? Math.max(at, last) : at }
}

/** The next events behind a number, at least one; none once the signal is aborted. */
export async function next(journal: Journal, number: number, wanted: Wanted, signal: AbortSignal): Promise<Page> {
  let at = number
  while (!signal.aborted) {
    if (at >= journal.last) {
      await arrived(journal, signal)
      continue
    }
    const page = await behind(journal, at, pageLines, wanted)
    at = page.at
    if (page.events.length > 0) return page
  }
  return { events: [], at }
}

/** Resolves with the next event of the journal, or once the signal is aborted; nothing is left of the wait then. */
export async function arrived(journal: Journal, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = () => resolve()
  signal.addEventListener('abort', stop, { once: true })
  await Promise.race([journal.arrived, promise]).finally(() => signal.removeEventListener('abort', stop))
}

function missedEvent(path: string, from: number, to: number): HostEvent {
  return { number: to, at: new Date().toISOString(), type: 'missed', path, from, to }
}

/** All events from a number on, until now: the files are read once, however many there are. */
export async function* allFrom(journal: Journal, from: number): AsyncGenerator<Line, void, undefined> {
  const { recent, files, last } = journal
  if (recent[0] && recent[0].number <= from) return yield* recent.slice(from - recent[0].number)
  for (const [index, first] of files.entries()) {
    const end = files[index + 1] ?? last + 1
    if (end <= from) continue
    for await (const line of linesOf(journal, first, from)) {
      if (line.number >= end) break
      yield line
    }
  }
}

async function* linesOf(journal: Journal, first: number, from: number): AsyncGenerator<Line, void, undefined> {
  try {
    yield* linesFrom(fileOf(journal.folder, first), from)
  } catch (error) {
    // Removed since it was too old.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** What readers are told. */
function told({ mark: _, ...event }: Line): HostEvent {
  return event as HostEvent
}
