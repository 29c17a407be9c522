// The events that a host keeps in its journal: each type, when it is told, and its facts. The only table of them: what tells one
// adds its row here, and a line to docs/EVENTS.md.
import * as v from 'valibot'
import type { Role } from './roles.ts'

const text = v.string()
const whole = v.pipe(v.number(), v.integer())
const run = v.pipe(text, v.description('id of the run, such as web.7'))
const why = v.optional(text)

/** How a run ended. */
const end = {
  run,
  code: v.nullable(v.number()),
  signal: v.nullable(text),
  reason: text,
  message: v.optional(text),
}
const change = { from: whole, to: whole }

/** `role`: the least role that is told of it; default: `read`. */
type Row = { when: string; facts: v.GenericSchema; role?: Role }

export const eventTypes = {
  pushed: {
    when: 'A version of a pod was pushed',
    facts: v.object({ version: whole, hash: text, size: whole, by: v.optional(text), message: v.optional(text) }),
  },
  started: { when: 'A pod is wanted from now on', facts: v.object({ version: whole, scale: whole }) },
  stopped: { when: 'A pod is not wanted any more', facts: v.object({}) },
  killed: { when: 'A pod was killed: it stays down until it is started', facts: v.object({}) },
  restarted: { when: 'All runs of a pod are begun anew', facts: v.object(change) },
  scaled: { when: 'Another number of runs is wanted', facts: v.object(change) },
  configured: {
    when: 'Something else of a pod is wanted: `what` names it',
    facts: v.object({ what: v.array(text) }),
  },
  'env-changed': {
    when: 'Variables of a pod that `pod env` sets were changed; their values are not told',
    facts: v.object({ names: v.array(text) }),
  },
  'reload-begun': { when: 'A pod is being reloaded', facts: v.object(change) },
  reloaded: { when: 'A reload is done', facts: v.object(change) },
  'reload-failed': {
    when: 'A reload failed, and the pod is as it was, or something else was asked for meanwhile',
    facts: v.object({ ...change, why }),
  },
  'rolled-back': { when: 'A pod is what it was before', facts: v.object(change) },
  asleep: {
    when: 'A pod sleeps; `memory` is what it held before, in bytes, where that was measured',
    facts: v.object({ since: text, memory: v.optional(whole) }),
  },
  woke: { when: 'A pod that slept is woken', facts: v.object({}) },
  up: { when: 'All runs that are wanted of a pod are up', facts: v.object({ version: whole, runs: whole }) },
  failing: {
    when: 'The attempts to start a pod have failed `retries` times in a row, and go on',
    facts: v.object({ why, run: v.optional(text) }),
  },
  'gave-up': {
    when: 'A pod cannot be started, and no further attempt is made',
    facts: v.object({ why, run: v.optional(text) }),
  },
  broken: { when: 'The files of a pod cannot be used as they are', facts: v.object({ problem: text }) },
  mended: { when: 'They can be used again', facts: v.object({}) },
  removed: { when: 'A pod is gone', facts: v.object({}) },
  begun: {
    when: 'A run has a process',
    facts: v.object({ run, slot: whole, version: whole, pid: whole, restarts: whole }),
  },
  ready: { when: 'A run of a service is up', facts: v.object({ run }) },
  unhealthy: { when: 'A run is ended since its checks fail', facts: v.object({ run, why }) },
  adopted: { when: 'A run went on while there was no host, and has one again', facts: v.object({ run, pid: whole }) },
  ended: { when: 'A run is over as it should be: it was stopped, or ended well', facts: v.object(end) },
  crashed: { when: 'A run is over as it should not be', facts: v.object(end) },
  'limit-hit': { when: 'A run is over since it went beyond a limit: `message` says which', facts: v.object(end) },
  lost: { when: 'A run is over, and nobody knows how it ended', facts: v.object(end) },
  'host-started': {
    when: 'The host is up',
    facts: v.object({ pid: whole, version: text }),
  },
  'host-stopped': { when: 'The host leaves', facts: v.object({ pid: whole, why: text }) },
  'host-lost': {
    when: 'The host before did not leave: it was killed, or its machine went down',
    facts: v.object({ pid: whole, version: text }),
  },
  upgraded: {
    when: 'Another version took the place of the host',
    facts: v.object({ id: text, from: text, to: text }),
  },
  'upgrade-failed': {
    when: 'An upgrade failed, and the version before is back',
    facts: v.object({ id: text, from: text, to: text, why: text }),
  },
  'keeper-lost': {
    when: 'A keeper went away that kept scripts, services or sockets',
    facts: v.object({ pid: whole, kept: whole, sockets: whole }),
  },
  'token-added': {
    when: 'A token was added',
    facts: v.object({ token: text, role: text, by: text }),
    role: 'admin',
  },
  'token-removed': { when: 'A token was removed', facts: v.object({ token: text, by: text }), role: 'admin' },
  missed: {
    when: 'One who follows was away for so long that events which it has not seen are not kept any more; it is told to that one alone',
    facts: v.object(change),
  },
} as const satisfies Record<string, Row>

export type EventType = keyof typeof eventTypes

/** The facts of a type. */
export type EventFacts<T extends EventType> = v.InferOutput<(typeof eventTypes)[T]['facts']>

/** What is told, before it has a number. `path`: that of the host; empty for the root. */
export type Telling = { [T in EventType]: { type: T; path: string; pod?: string } & EventFacts<T> }[EventType]

/** An event. `number`: one more than that of the event before it. `at`: RFC 3339. */
export type HostEvent = Telling & { number: number; at: string }

export const eventNames = Object.keys(eventTypes) as [EventType, ...EventType[]]

/** The least role that is told of an event. */
export function roleFor(type: EventType): Role {
  const row: Row = eventTypes[type]
  return row.role ?? 'read'
}
