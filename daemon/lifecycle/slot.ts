// What a slot of a pod can be: the words of the lifecycle. A slot holds at most one run; a field exists only in the
// states where it is true.
import type { Policy } from '../../protocol/config.ts'
import type { EndReason } from '../../protocol/words.ts'

/** A run as the lifecycle knows it. */
export type RunRef = {
  /** Never reused within the pod. */
  number: number
  /** Digest of what it was started with; a run whose spec is not the wanted one is replaced. */
  spec: string
  /** How many attempts in a row had failed before this one. */
  failures: number
  /** How many attempts in a row right before this one found no room on the machine, which is no failure of the pod's. */
  waits?: number
  /** How many restarts led to this run since the last explicit start. */
  restarts: number
}

export type End = { code: number | null; signal: string | null; reason: EndReason; message?: string }

/** Why the host ends a run. */
export type StopReason = 'stopped' | 'unhealthy' | 'start_timeout'

/** The health check of a run that is up: at rest until the next, or asked and waiting. */
export type Check = { at: 'resting' | 'asked'; dueMs: number; missed: number }

export type Slot =
  | { at: 'vacant' }
  /** Its record is saved; a process may or may not exist yet. */
  | { at: 'spawning'; run: RunRef }
  /** There is a process. `askMs`: when it is asked whether it is up. */
  | { at: 'starting'; run: RunRef; sinceMs: number; askMs: number }
  | { at: 'up'; run: RunRef; sinceMs: number; check: Check }
  /** `upMs`: how long it had been up when it was asked to end. */
  | { at: 'stopping'; run: RunRef; why: StopReason; phase: 'cleanup' | 'term' | 'kill'; dueMs: number; upMs: number }
  /** The next attempt is being waited for. */
  | { at: 'backoff'; last: RunRef; failures: number; waits?: number; retryAtMs: number; end: End }
  /** Attempts are used up, or its policy wants no further one after a failure. */
  | { at: 'failed'; last: RunRef; failures: number; end: End }
  /** It ended well, and its policy wants it no more. */
  | { at: 'done'; last: RunRef; end: End }

export type SlotEvent =
  /** What is wanted has changed, or is to be looked at. */
  | { type: 'desired' }
  | { type: 'spawned' }
  /** `isForRoom`: for want of memory, processes, descriptors or disk, which passes. */
  | { type: 'spawn-failed'; message: string; isForRoom?: boolean }
  /** The process is connected; `state` tells how far it came while no host looked. */
  | { type: 'hello'; state: 'empty' | 'starting' | 'up' | 'cleaned' }
  | { type: 'ready' }
  | { type: 'check-passed' }
  | { type: 'check-failed' }
  | { type: 'cleaned' }
  | { type: 'exited'; end: End }
  /** The time that `timerOf` named has come; `lateMs`: how long ago. */
  | { type: 'timer'; lateMs: number }

/** What the lifecycle asks for, in this order. */
export type Effect =
  /** Save the run's record as the slot's new state says. */
  | { do: 'save'; run: RunRef }
  | { do: 'spawn'; run: RunRef }
  | { do: 'check'; run: RunRef; timeoutMs: number }
  | { do: 'cleanup'; run: RunRef }
  | { do: 'term'; run: RunRef }
  | { do: 'kill'; run: RunRef }
  /** Sweep what is left of its process group, then save the run's end. */
  | { do: 'end'; run: RunRef; end: End }

/** What a decision may look at beside the slot and the event. */
export type World = {
  /** Whether a run is wanted in this slot, and with which spec. */
  wanted: boolean
  spec: string
  policy: Policy
  nowMs: number
  /** The number of the next run. */
  nextNumber: number
  /** From 0 to 1: spreads retries. */
  jitter: number
}
