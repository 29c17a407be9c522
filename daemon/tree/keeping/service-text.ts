// What a service is said to do: its own words, or what is being waited for and why.

import { runId } from '../../../protocol/names.ts'
import { policyOf } from '../../../protocol/policy.ts'
import type { Cause, PodState, RunStatus } from '../../../protocol/words.ts'
import { hasRun, type Patience } from '../../lifecycle/public.ts'
import type { Attempt, Slot } from '../../lifecycle/slot.ts'
import { targetOf } from '../../pod/in-force.ts'
import { describeEnd } from '../describe-end.ts'
import type { Pod, Seen } from './keeping.ts'

/** When attempts have failed too often, by what is in force. */
export function patienceOf({ inForce }: Pick<Pod, 'inForce'>): Patience {
  return inForce?.policy ?? policyOf({})
}

/** Of a pod whose runs are all up: how it is by what they say of themselves. */
export function saidBy({ runs }: Pick<Pod, 'runs'>): PodState {
  let state: PodState = 'up'
  for (const { said } of runs.values()) {
    if (said?.status === 'error') return 'error'
    if (said?.status === 'waiting') state = 'waiting'
  }
  return state
}

/** What a pod says of itself, or what is being waited for. */
export function serviceText(place: Seen, pod: Pod, { state, runs }: { state: PodState; runs: RunStatus[] }): string {
  if (pod.problem !== undefined) return pod.problem
  if (pod.unheld !== undefined) return `asleep, and nobody can connect: ${pod.unheld}`
  const trouble = state === 'error' || state === 'waiting' ? troubleText(place, pod, state) : undefined
  if (trouble !== undefined) return trouble
  const { killed } = pod.inForce?.desired ?? {}
  if (killed !== undefined && state === 'idle') return `killed at ${killed}: it stays down until it is started`
  if (pod.asleep) return state === 'idle' ? `asleep since ${pod.asleep.since}` : 'falling asleep'
  const reload = reloadText(pod)
  if (reload !== undefined) return reload
  const unwell = state === 'up' ? undefined : runs.find(run => run.health === state)
  const said = (unwell ?? runs.find(run => run.text !== undefined))?.text
  if (said !== undefined) return said
  const missing = state === 'waiting' && runs.length === 0 ? pod.missing() : []
  if (missing.length > 0) return `waits for ${missing.join(', ')}`
  if (state === 'waiting') return runs.some(run => run.state === 'stopping') ? 'stopping' : 'starting'
  const done = state === 'idle' ? firstSlot(pod, 'done') : undefined
  return done ? ['finished', ...(done.end.message === undefined ? [] : [done.end.message])].join(': ') : ''
}

function reloadText({ inForce }: Pod): string | undefined {
  if (!inForce?.reload) return undefined
  const { version } = targetOf(inForce).desired
  return inForce.reload.isBack ? `the reload failed: back to v${version}` : `reloading to v${version}`
}

/** What the last attempt ended with, and what comes next. */
function troubleText(place: Seen, pod: Pod, state: 'error' | 'waiting'): string | undefined {
  const failed = firstSlot(pod, 'failed')
  if (state === 'error' && failed) return `${describeEnd(failed.end)}; ${whyNoMore(failed)}`
  const next = nextAttempt(pod)
  if (next) {
    const inTime = timeTo(place, next)
    const text = state === 'error' ? `${attempts(next)}, next in ${inTime}` : `next attempt in ${inTime}`
    return `${describeEnd(next.end)}; ${text}`
  }
  const run = state === 'error' ? attemptUnderWay(pod) : undefined
  return run && `${describeEnd(run.after.end)}; ${attempts(run)}, the next is under way`
}

function whyNoMore({ failures, end }: Extract<Slot, { at: 'failed' }>): string {
  if (end.outlook === 'none') return 'not tried again, since that cannot change by itself'
  return `gave up after ${failures} ${failures === 1 ? 'attempt' : 'attempts'}`
}

function attempts({ failures, waits = 0 }: { failures: number; waits?: number }): string {
  const count = Math.max(failures, waits)
  return `${count} ${count === 1 ? 'attempt' : 'attempts'} failed`
}

/** How long it is until the next attempt, as `8.0 s` or `4m 10s`; undefined if none waits. */
export function nextIn(place: Seen, pod: Pod): string | undefined {
  const next = nextAttempt(pod)
  return next && timeTo(place, next)
}

function timeTo({ seams: { clock } }: Seen, { retryAtMs }: { retryAtMs: number }): string {
  const ms = retryAtMs - clock.nowMs()
  if (ms < 60_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}m ${seconds % 60}s`
}

/** Why the last attempt ended, while none has come up. */
export function causeOf(pod: Pod): Cause | undefined {
  const attempt = lastAttempt(pod)
  if (attempt) return causeOfAttempt(pod.name, attempt)
  for (const { said, ref } of pod.runs.values()) {
    if (said?.status !== 'error') continue
    return { reason: 'unhealthy', text: said.text ?? 'it says error', run: runId(pod.name, ref.number) }
  }
  return undefined
}

/** @param pod its name */
export function causeOfAttempt(pod: string, { number, end }: Attempt): Cause {
  return { reason: end.reason, text: describeEnd(end), run: runId(pod, number) }
}

/** The last attempt that failed, while none has come up. */
export function lastAttempt(pod: Pod): Attempt | undefined {
  const over = firstSlot(pod, 'failed') ?? nextAttempt(pod)
  return over ? { number: over.last.number, end: over.end } : attemptUnderWay(pod)?.after
}

/** The slot whose next attempt comes first. */
export function nextAttempt(pod: Pod): Extract<Slot, { at: 'backoff' }> | undefined {
  let next: Extract<Slot, { at: 'backoff' }> | undefined
  for (const slot of pod.slots.values())
    if (slot.at === 'backoff' && (next === undefined || slot.retryAtMs < next.retryAtMs)) next = slot
  return next
}

/** A run that is on its way up after another that failed. */
function attemptUnderWay(pod: Pod): { failures: number; waits?: number; after: Attempt } | undefined {
  for (const slot of pod.slots.values()) {
    if (!hasRun(slot) || slot.at === 'up' || !slot.run.after) continue
    const { failures, waits, after } = slot.run
    return { failures, ...(waits !== undefined && { waits }), after }
  }
  return undefined
}

function firstSlot<At extends Slot['at']>(pod: Pod, at: At): Extract<Slot, { at: At }> | undefined {
  for (const slot of pod.slots.values()) if (slot.at === at) return slot as Extract<Slot, { at: At }>
  return undefined
}
