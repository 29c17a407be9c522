// What two runs say to each other on a connection of their own: JSON-RPC 2.0, a line each, and frames of bytes. The
// caller dials, and its first line is `$/grant`. A call is a request whose method is the function's name, and a channel
// if that is a generator (protocol/channel/messages.ts). Everything else is a notification.
import type { WireError } from './errors.ts'

/** The notifications that do not belong to a channel, with their parameters. */
export const says = {
  /**
   * Caller: `[grant, values, bytes, hearsLeaving]`, the secret by which it is let in, the window of each stream that it takes, and `true` if it
   * is to be told `$/leaving`.
   */
  grant: '$/grant',
  /** Publisher: `[path, topic, data]`. */
  event: '$/event',
  /** Publisher: `[count]`, how many events were dropped because the subscriber reads too slowly. */
  dropped: '$/dropped',
  /**
   * Callee: `[id]`, it begins the call with that id, which is made once. It is told before the function is called, so that a caller
   * knows of a run that ended whether its call has begun.
   */
  begun: '$/begun',
  /**
   * Callee: `[null, id]`, it begins no call after the one with that id, since it is about to end. Whatever else was sent, nobody has got; calls
   * that are made once it answers one by one.
   */
  leaving: '$/leaving',
} as const

/** The most values of a stream that are collected for a caller that asks for all of them at once. */
export const maxCollected = 10_000

/** The longest line that runs send each other, and the longest before the grant. */
export const maxCallLineBytes = 96 * 1024 * 1024
export const maxGrantLineBytes = 1024

/** How many bytes of events may wait for a subscriber that does not read. */
export const maxUnreadEventBytes = 8 * 1024 * 1024

/** A message as it is read. Its kind decides which members it has. */
export type CallMessage = {
  id?: number
  method?: string
  params?: unknown[]
  /** In a call: how long the caller waits, if it is not the host's `callTimeout`. */
  timeoutMs?: number
  /** In a call: the id by which it is made once. */
  once?: string
  result?: unknown
  error?: WireError
}

/**
 * What the host tells about a run that may be dialled. Without `grant` and `socket`, the caller already has a
 * connection to it. With `relay`, nobody can be dialled, and the host makes the calls. `tellsBegun`: it tells of each call that is made
 * once that it begins it. `reaches`: where it is not up, others are called elsewhere, so that nobody knows what became of a call that its end
 * cut off.
 */
export type Meeting = {
  run: string
  socket?: string
  grant?: string
  tellsBegun?: true
  relay?: true
  reaches?: true
  member?: Member
}

/** What a run answers that lets another one in; null if its version tells nothing of what it begins. */
export type LetIn = { tellsBegun: true } | null

/** Where a name means a group: which of its pods the run is of, and what share of the calls that one gets. */
export type Member = { pod: string; weight: number }

/** A run that subscribes, and to what. */
export type Subscriber = Meeting & { patterns: string[] }
