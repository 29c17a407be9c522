// What the journal knows by what it has told: of each pod, and of the host. Pure: each line changes it, and nothing else does.
import type { HostEvent } from '../../protocol/events.ts'
import { after, nothingTold, type Told } from './told.ts'
import type { Facts } from './view.ts'

export type Memory = {
  /** The number of the last event. */
  last: number
  /** By path and name. */
  pods: Record<string, Told>
  /** The host that was started, and has not left. */
  host?: { pid: number; version: string }
  /** The upgrade whose end was told last. */
  upgrade?: string
}

export const nothingKnown: Memory = { last: 0, pods: {} }

export function keyOf({ path, pod }: { path: string; pod: string }): string {
  return `${path}/${pod}`
}

/** Takes one more event in: it changes the memory itself, since there may be thousands of pods in it. */
export function take(memory: Memory, { mark, ...event }: HostEvent & { mark?: Facts }): void {
  memory.last = event.number
  if (event.type === 'host-started') memory.host = { pid: event.pid, version: event.version }
  if (event.type === 'host-stopped' || event.type === 'host-lost') delete memory.host
  if (event.type === 'upgraded' || event.type === 'upgrade-failed') memory.upgrade = event.id
  if (event.pod === undefined) return
  const key = keyOf({ path: event.path, pod: event.pod })
  if (event.type === 'removed') delete memory.pods[key]
  else memory.pods[key] = after(memory.pods[key] ?? nothingTold, { event, ...(mark && { facts: mark }) })
}
