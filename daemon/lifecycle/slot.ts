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

/** Why there is no process, or why one was given no code. `isForRoom`: for want of memory, processes, descriptors or disk. */
export type Failure = { message: string; isForRoom?: boolean }

export type Slot =
  | { at: 'vacant' }
  /** Its record is saved; a process may or may not exist yet. */
  | { at: 'spawning'; run: RunRef }
  /** An earlier host was about to spawn it. If it has a process, that says hello until `dueMs`. */
  | { at: 'awaited'; run: RunRef; dueMs: number }
  /** There is a process, which has none of the pod's code yet. */
  | { at: 'booting'; run: RunRef; sinceMs: number }
  /** It was given its code, or may have been. `sinceMs`: since when it boots. `askMs`: when it is asked whether it is up. */
  | { at: 'starting'; run: RunRef; sinceMs: number; askMs: number }
  | { at: 'up'; run: RunRef; sinceMs: number; check: Check }
  /** `upMs`: how long it had been up when it was asked to end, which was at `askedMs`. */
  | {
      at: 'stopping'
      run: RunRef
      why: StopReason
      phase: 'cleanup' | 'term' | 'kill'
      askedMs: number
      dueMs: number
      upMs: number
    }
  /** Its process is killed before it has any code: the next host would not know whose it is. */
  | { at: 'refused'; run: RunRef; failure: Failure; dueMs: number }
  /** The next attempt is being waited for. */
  | { at: 'backoff'; last: RunRef; failures: number; waits?: number; retryAtMs: number; end: End }
  /** Attempts are used up, or its policy wants no further one after a failure. */
  | { at: 'failed'; last: RunRef; failures: number; end: End }
  /** It ended well, and its policy wants it no more. */
  | { at: 'done'; last: RunRef; end: End }

export type SlotEvent =
  /** What is wanted has changed, or is to be looked at. */
  | { type: 'desired' }
  /** The machine has room for one more process that boots. */
  | { type: 'turn' }
  /** There is a process, and it is known which. */
  | { type: 'spawned' }
  | ({ type: 'spawn-failed' } & Failure)
  /** The record could not be saved: what was to follow was not done. */
  | ({ type: 'save-failed' } & Failure)
  /** The process is connected; `state` tells how far it came while no host looked. It waits for an answer. */
  | { type: 'hello'; state: 'empty' | 'starting' | 'up' | 'cleaned' }
  | { type: 'ready' }
  | { type: 'check-passed' }
  | { type: 'check-failed' }
  | { type: 'cleaned' }
  | { type: 'exited'; end: End }
  /** The time that `timerOf` named has come; `lateMs`: how long ago. */
  | { type: 'timer'; lateMs: number }

/** What the lifecycle asks for, in this order. What comes of each comes back as an event. */
export type Effect =
  /** Save the run's record as the slot's new state says. Where that fails, nothing that stands behind it is done. */
  | { do: 'save'; run: RunRef }
  /** Make a process that waits for one the run's, or wait for the turn to boot one: `spawned`, `turn` or `spawn-failed`. */
  | { do: 'spawn'; run: RunRef }
  /** It is its turn: `spawned` or `spawn-failed`. */
  | { do: 'boot'; run: RunRef }
  /** Answer its hello with its code. */
  | { do: 'assign'; run: RunRef }
  /** Answer its hello: it is to go on as it is. */
  | { do: 'greet'; run: RunRef }
  | { do: 'check'; run: RunRef; timeoutMs: number }
  | { do: 'cleanup'; run: RunRef }
  | { do: 'term'; run: RunRef }
  | { do: 'kill'; run: RunRef }
  /** Sweep what is left of its process group, then save the run's end. `askedMs`: when it was asked to end. */
  | { do: 'end'; run: RunRef; end: End; askedMs?: number }

/** What a decision may look at beside the slot and the event. */
export type World = {
  /** Whether a run is wanted in this slot, and with which spec. */
  wanted: boolean
  spec: string
  /** Whether it is known what a run is to be given: the pod's files can be read. */
  hasCode: boolean
  policy: Policy
  nowMs: number
  /** The number of the next run. */
  nextNumber: number
  /** From 0 to 1: spreads retries. */
  jitter: number
  /** How long a process that may be there may take to say hello to a new host. */
  adoptMs: number
}

/** What follows: the next state, and what is to be done, in this order. */
export type Decision = readonly [next: Slot, effects: readonly Effect[]]

export type SlotAt<At extends Slot['at']> = Extract<Slot, { at: At }>
