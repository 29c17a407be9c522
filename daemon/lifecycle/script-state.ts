// The states of a run of a script, its events and effects. A field exists only in the states in which it is true.
import type { ScriptNote } from '../../protocol/keeper.ts'
import type { Identity } from '../system/process.ts'
import type { End } from './slot.ts'

/** Whether the run should continue or end, in states in which it may have a process or not. */
export type ScriptWant = 'run' | 'end'

/**
 * The keeper of a run, as far as it is known: connected; gone or out of touch; or not heard of since this host began.
 */
export type KeeperTie = 'linked' | 'gone' | 'unheard'

/** The process of a run. `over`: the limit that it went beyond, in words, so that it is killed. */
export type Running = { process: Identity; over?: string }

export type ScriptState =
  /** Its record is saved. Nothing begins before its turn. */
  | { at: 'queued' }
  /** A keeper was asked to begin it. `isAgain`: an earlier order to begin it may still be on its way. */
  | { at: 'asked'; want: ScriptWant; isAgain: boolean }
  /** It is not known whether it has begun; a keeper may say so until `dueMs`. `why`: why its keeper did not answer. */
  | { at: 'unheard'; want: ScriptWant; why: string; dueMs: number }
  /** No keeper said anything in time. Its log, which is being looked for, tells whether it has begun. */
  | { at: 'doubted'; want: ScriptWant; why: string }
  /** The same for a run that should end: its log is being made, so that no keeper begins it any more. */
  | { at: 'forbidding'; why: string }
  /** A keeper has named its process, whose identity is being looked up, again at `dueMs`. */
  | { at: 'told'; want: ScriptWant; pid: number; keeper: Exclude<KeeperTie, 'unheard'>; dueMs: number }
  /** It runs, and its keeper will report how it ends. */
  | ({ at: 'up' } & Running)
  /** It runs, and no keeper would report its end: at `dueMs` it is looked for. */
  | ({ at: 'adrift'; keeper: Exclude<KeeperTie, 'linked'>; dueMs: number } & Running)
  /** Its process is gone. Its note is waited for until `dueMs`: its keeper may be about to write it. */
  | ({ at: 'vanished'; want: ScriptWant; dueMs: number } & Running)
  /** The time for the note is over: it is being looked for one last time. */
  | ({ at: 'judged'; want: ScriptWant } & Running)
  /** It was sent SIGTERM, or SIGKILL; the next signal is due at `dueMs`. */
  | ({ at: 'stopping'; keeper: KeeperTie; phase: 'term' | 'kill'; dueMs: number } & Running)
  | { at: 'over'; end: End }

export type ScriptEvent =
  /** The queue lets it run. */
  | { type: 'turn' }
  | { type: 'stop' }
  /** It went beyond a limit, and is killed for that. `said`: which, in words. */
  | { type: 'over'; said: string }
  /** Its first record could not be saved: the client that asked for it got the error, and there is no run. */
  | { type: 'not-saved'; message: string }
  /** The time that `scriptTimerOf` named has come; `lateMs`: how long ago. */
  | { type: 'timer'; lateMs: number }
  /**
   * The answers to an order, one for each. `refused`: it was not begun by this order; `unanswered`: it is not known.
   */
  | { type: 'begun'; pid: number }
  | { type: 'refused'; message: string }
  | { type: 'unanswered'; why: string }
  /** A keeper that dialled keeps it, or says later that it has begun it. */
  | { type: 'kept'; pid: number }
  /** A keeper that dialled does not keep it: it has ended, was never begun, or another keeper has it. */
  | { type: 'not-kept' }
  /** The keeper that keeps it, or the connection to it, is gone. */
  | { type: 'unlinked' }
  /** How it ended, as its keeper reported, or as the note says. */
  | { type: 'ended'; note: ScriptNote }
  | { type: 'identified'; process: Identity }
  /** Its process is gone, and there is no note. */
  | { type: 'gone' }
  | { type: 'no-note' }
  /** Its log exists: a keeper began it, or tried to, or it was forbidden. */
  | { type: 'log-there' }
  | { type: 'log-absent' }
  /** This host made its log: no keeper has begun it, and none will. */
  | { type: 'forbidden' }
  /** What was asked for could not be seen now, such as with too many files open. */
  | { type: 'unseen' }

/** What the lifecycle asks for, in this order. What comes of each comes back as one of the events behind it. */
export type ScriptEffect =
  /** Save the run's record as its new state says. */
  | { do: 'save' }
  /** `begun`, `refused` or `unanswered`. */
  | { do: 'begin' }
  /** `identified` or `unseen`. */
  | { do: 'identify'; pid: number }
  /** For its process, then for its note: `gone` or `ended`; nothing where it is there or cannot be seen. */
  | { do: 'look'; process: Identity }
  /** `ended`, `no-note` or `unseen`. */
  | { do: 'read-note' }
  /** Look for its note, then for its log: `ended`, `log-there`, `log-absent` or `unseen`. */
  | { do: 'read-log' }
  /** Look for its note, then make its log: `ended`, `forbidden`, `log-there` or `unseen`. */
  | { do: 'forbid' }
  /** Nobody wants it any more: make its log, and let a keeper that says later that it has begun it end it. */
  | { do: 'give-up' }
  | { do: 'term'; process: Identity }
  | { do: 'kill'; process: Identity }
  /** Kill what is left of its process group. */
  | { do: 'sweep'; process: Identity }
  /** Save its end. `note`: the one that its keeper left or sent. */
  | { do: 'end'; end: End; note?: ScriptNote }

/** What a decision may look at beside the state and the event. */
export type ScriptWorld = {
  nowMs: number
  /** How long a keeper may take to say that it has begun a run, or to note its end, before the run counts as lost. */
  adoptMs: number
  /** How long the run may take to end by itself after SIGTERM. */
  stopMs: number
}

/** What a record says about a state. */
export type ScriptRecorded = {
  state: 'queued' | 'spawning' | 'up' | 'stopping' | 'ended' | 'lost'
  process?: Identity
  end?: End
}

/** The part of a state that is saved. The next host finds out the rest again. */
export function recordedOf(state: ScriptState): ScriptRecorded {
  switch (state.at) {
    case 'queued':
      return { state: 'queued' }
    case 'asked':
    case 'unheard':
    case 'doubted':
    case 'told':
      return { state: state.want === 'end' ? 'stopping' : 'spawning' }
    case 'forbidding':
      return { state: 'stopping' }
    case 'up':
    case 'adrift':
      return { state: 'up', process: state.process }
    case 'vanished':
    case 'judged':
      return { state: state.want === 'end' ? 'stopping' : 'up', process: state.process }
    case 'stopping':
      return { state: 'stopping', process: state.process }
    case 'over':
      return { state: state.end.reason === 'lost' ? 'lost' : 'ended', end: state.end }
  }
}
