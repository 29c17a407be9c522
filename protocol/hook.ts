// Webhooks: whom a host tells of its events, and what of that a client is told.
import type { EventType } from './events.ts'

/** What is wrong with a webhook, while it is: the event waits. */
export type HookTrouble = {
  /** How often in a row the event was sent in vain. */
  attempts: number
  why: string
  /** RFC 3339. */
  since: string
  nextAt: string
}

export type HookInfo = {
  id: string
  url: string
  /** All where there are none. */
  types?: EventType[]
  /** Of this host, and those within it. */
  path: string
  /** Of this pod alone. */
  name?: string
  addedAt: string
  /** The number of the last event that it is done with. */
  after: number
  delivered: number
  /** How many events were sent too often in vain, and were given up. */
  dropped: number
  trouble?: HookTrouble
}

/** The methods about webhooks, by what they answer. */
export type HookResults = {
  'hook.add': HookInfo
  'hook.list': { hooks: HookInfo[] }
  'hook.remove': { id: string; url: string; removed: true }
}

/** The fewest characters that a secret has. */
export const minHookSecret = 16
