// What two runs say to each other on a connection of their own: JSON-RPC 2.0, a line each, and frames of bytes. The caller
// dials, and its first line is `$/grant`. A call is a request whose method is the function's name, and a channel where that
// is a generator (protocol/channel/messages.ts); all else is a notification.
import type { WireError } from './errors.ts'

/** The notifications that are of no channel, with their parameters. */
export const says = {
  /** Caller: `[grant, values, bytes]`, the secret by which the host lets it in, and the window of each stream that it takes. */
  grant: '$/grant',
  /** Publisher: `[path, topic, data]`. */
  event: '$/event',
  /** Publisher: `[count]`, so many events were dropped since the subscriber read too slowly. */
  dropped: '$/dropped',
} as const

/** The most values of a stream that are collected for a caller that asks for all of them at once. */
export const maxCollected = 10_000

/** The longest line that runs send each other, and the longest before the grant was seen. */
export const maxCallLineBytes = 96 * 1024 * 1024
export const maxGrantLineBytes = 1024

/** How many bytes of events may wait for a subscriber that does not read. */
export const maxUnreadEventBytes = 8 * 1024 * 1024

/** A message as it is read. Which members it has follows from what it is. */
export type CallMessage = {
  id?: number
  method?: string
  params?: unknown[]
  /** Of a call: how long the caller waits, where it is not the host's `callTimeout`. */
  timeoutMs?: number
  result?: unknown
  error?: WireError
}

/**
 * What the host tells of a run that may be dialled. Without `grant` and `socket` the caller has a connection to it; with
 * `relay` nobody can be dialled, and the host is asked to make the calls.
 */
export type Meeting = { run: string; socket?: string; grant?: string; relay?: true }

/** A run that subscribes, and to what. */
export type Subscriber = Meeting & { patterns: string[] }
