// The states of a slot of a pod, its events and effects. A slot holds at most one run, and while it is reloaded a second one
// (see seat.ts), each of which has such a state. A field exists only in the states in which it is true.
import type { Policy } from '../../protocol/policy.ts'
import type { EndReason } from '../../protocol/words.ts'

/** A run as the lifecycle knows it. */
export type RunRef = {
  /** Never reused within the pod. */
  number: number
  /** Digest of what it was started with; a run whose spec is not the wanted one is replaced. */
  spec: string
  /** How many attempts in a row had failed before this one. */
  failures: number
  /** How many attempts in a row before this one found no room on the machine, which is not a failure of the pod. */
  waits?: number
  /** How many restarts led to this run since the last explicit start. */
  restarts: number
  /** The attempt before this one, if it failed. */
  after?: Attempt
}

/** An attempt that failed: the number of its run. */
export type Attempt = { number: number; end: End }

/**
 * How a run ended. `outlook`: what can be said of further attempts. `none`: each would end like this one; `slow`: only a
 * change outside of the pod can help, such as a folder that is mounted. `isUnseen`: it had its code and ended while no
 * host looked; any other run that is `lost` never had any, or went with its machine. `isStopped`: its process was stopped,
 * as by SIGSTOP, when it was killed.
 */
export type End = {
  code: number | null
  signal: string | null
  reason: EndReason
  message?: string
  outlook?: 'none' | 'slow'
  isUnseen?: boolean
  isStopped?: boolean
}

/** Why the host ends a run. */
export type StopReason = 'stopped' | 'unhealthy' | 'start_timeout' | 'limit'

/**
 * The health check of a run that is up or drains: resting until the next one, or asked and waiting for the answer. `silentSinceMs`:
 * when the first check was asked that it did not answer.
 */
export type Check = { at: 'resting' | 'asked'; dueMs: number; missed: number; silentSinceMs?: number }

/** What was found of a run that the host ends: for how long it answered nothing, or what its check said, or which limit it is over. */
export type Found = { silentMs: number } | { said: string }

/**
 * Why there is no process, or why it got no code. `isForRoom`: too little memory, processes, descriptors or disk. `outlook`: as
 * that of an end.
 */
export type Failure = { message: string; isForRoom?: boolean; outlook?: 'slow' }

export type Slot =
  | { at: 'vacant' }
  /** Its record is saved; a process may or may not exist yet. */
  | { at: 'spawning'; run: RunRef }
  /** An earlier host was about to spawn it. If it has a process, the process says hello before `dueMs`. */
  | { at: 'awaited'; run: RunRef; dueMs: number }
  /** There is a process, without the pod's code so far. */
  | { at: 'booting'; run: RunRef; sinceMs: number }
  /**
   * It got its code, or may have. `sinceMs`: since when it boots. `askMs`: when it is asked whether it is up.
   * `silentSinceMs`: when it was first asked, if it has answered nothing so far. `said`: why its last check did not pass.
   * `isReady`: nothing is missing but that check.
   */
  | {
      at: 'starting'
      run: RunRef
      sinceMs: number
      askMs: number
      silentSinceMs?: number
      said?: string
      isReady?: true
    }
  | { at: 'up'; run: RunRef; sinceMs: number; check: Check }
  /**
   * Another run has its place, or will have it, or none is to: it takes nothing new, and finishes what it has. `sinceMs`: since
   * when it was up. `over`: the limit for which it was replaced. `check`: it is ended if it answers none.
   */
  | { at: 'draining'; run: RunRef; sinceMs: number; dueMs: number; check: Check; over?: string }
  /** `askedMs`: when it was asked to end. `upMs`: how long it had been up by then. */
  | {
      at: 'stopping'
      run: RunRef
      why: StopReason
      phase: 'cleanup' | 'term' | 'kill'
      askedMs: number
      dueMs: number
      upMs: number
      found?: Found
    }
  /** Its process is killed before it gets any code, because the next host could not identify it. */
  | { at: 'refused'; run: RunRef; failure: Failure; dueMs: number }
  /** It waits for the next attempt. */
  | { at: 'backoff'; last: RunRef; failures: number; waits?: number; retryAtMs: number; end: End }
  /** Its attempts are used up, or its policy allows none after a failure. */
  | { at: 'failed'; last: RunRef; failures: number; end: End }
  /** It ended well, and its policy does not start it again. */
  | { at: 'done'; last: RunRef; end: End }

export type SlotEvent =
  /** What is wanted has changed, or has to be looked at again. */
  | { type: 'desired' }
  /** Somebody asks for an attempt now, as if none had failed; `once`: for one attempt, where there would be none any more. */
  | { type: 'retry'; once?: boolean }
  /** Somebody asks for another run in the place of this one. `why`: of its own accord, or since it is not well. */
  | { type: 'replace'; why: 'stopped' | 'unhealthy' | 'limit'; said?: string }
  /** It is beyond a limit that nothing may pass: it is killed. `said`: which, in words. */
  | { type: 'over'; said: string }
  /** Another run is up in its place. */
  | { type: 'leave' }
  /** It has finished what it had. */
  | { type: 'drained' }
  /** The machine has room for one more process that boots. */
  | { type: 'turn' }
  /** There is a process, and its identity is known. */
  | { type: 'spawned' }
  | ({ type: 'spawn-failed' } & Failure)
  /** The record could not be saved, so the effects after it were not done. */
  | ({ type: 'save-failed' } & Failure)
  /** The process is connected and waits for an answer; `state` tells how far it has come while there was no host. */
  | { type: 'hello'; state: 'empty' | 'starting' | 'up' | 'cleaned' }
  | { type: 'ready' }
  | { type: 'check-passed' }
  /** `said`: what the run says of itself. */
  | { type: 'check-failed'; said?: string }
  | { type: 'cleaned' }
  | { type: 'exited'; end: End }
  /** The time that `timerOf` named has come; `lateMs`: how long ago. */
  | { type: 'timer'; lateMs: number }

/** What the lifecycle asks for, in this order. The outcome of each comes back as an event. */
export type Effect =
  /** Save the run's record with the slot's new state. If that fails, no later effect is done. */
  | { do: 'save'; run: RunRef }
  /** Take a spare process for the run, or wait for the turn to boot one: `spawned`, `turn` or `spawn-failed`. */
  | { do: 'spawn'; run: RunRef }
  /** It is its turn: `spawned` or `spawn-failed`. */
  | { do: 'boot'; run: RunRef }
  /** Answer its hello with its code. */
  | { do: 'assign'; run: RunRef }
  /** Answer its hello: it continues as it is. */
  | { do: 'greet'; run: RunRef }
  | { do: 'check'; run: RunRef; timeoutMs: number }
  /** Ask it to accept no more, unless somebody would miss something: `rested` or `stirred`. */
  | { do: 'rest'; run: RunRef; forMs: number }
  /** Let it take nothing new, and finish what it has: `drained`. */
  | { do: 'drain'; run: RunRef; timeoutMs: number }
  | { do: 'cleanup'; run: RunRef }
  | { do: 'term'; run: RunRef }
  | { do: 'kill'; run: RunRef }
  /**
   * Kill the rest of its process group, then save the run's end. `askedMs`: when it was asked to end. `retryAtMs`: when
   * the next attempt is made, if it has to wait.
   */
  | { do: 'end'; run: RunRef; end: End; askedMs?: number; retryAtMs?: number }

/** What a decision may look at beside the slot and the event. */
export type World = {
  /** Whether a run is wanted in this slot, and with which spec. */
  wanted: boolean
  /** Not wanted since it sleeps: a run that is up, and where nothing went on for so long, rests, and is not just stopped. */
  rests?: { forMs: number } | undefined
  /** Its pod goes on, and it does not: it finishes what it has before it ends. */
  drains?: boolean
  /** Two runs in its place must never live at once. */
  isSingle?: boolean
  /** The limit that the run is over, in words: another one comes in its place because of it. */
  over?: string | undefined
  /** How many restarts a run counts that begins where none is. Default 0. */
  restarts?: number
  spec: string
  /** Whether the code for a run is known: the pod's files can be read. */
  hasCode: boolean
  policy: Policy
  nowMs: number
  /** The number of the next run. */
  nextNumber: number
  /** From 0 to 1: spreads retries. */
  jitter: number
  /** How long a process, if there is one, may take to say hello to a new host. */
  adoptMs: number
}

/** The next state, and the effects, in this order. */
export type Decision = readonly [next: Slot, effects: readonly Effect[]]

export type SlotAt<At extends Slot['at']> = Extract<Slot, { at: At }>
