// What a run of a script can be: the words of its lifecycle. A field exists only in the states where it is true.
import type { ScriptNote } from '../../protocol/keeper.ts'
import type { Identity } from '../system/process.ts'
import type { End } from './slot.ts'

/** Whether the run is to go on or to end, where that does not hang on whether there is a process. */
export type ScriptWant = 'run' | 'end'

/** The keeper that a run has, as far as it is known: connected, gone or out of touch, or not heard of since this host began. */
export type KeeperTie = 'linked' | 'gone' | 'unheard'

export type ScriptState =
  /** Its record is saved, and nothing is begun before its turn. */
  | { at: 'queued' }
  /** A keeper was asked to begin it. `isAgain`: an earlier order to begin it may still be on its way. */
  | { at: 'asked'; want: ScriptWant; isAgain: boolean }
  /** Nobody knows whether it was begun; a keeper may say so until `dueMs`. `why`: what kept its keeper from answering. */
  | { at: 'unheard'; want: ScriptWant; why: string; dueMs: number }
  /** No keeper said anything in time: its log tells whether it was begun, and is being looked for. */
  | { at: 'doubted'; want: ScriptWant; why: string }
  /** As before, of one that is to end: its log is being made, so that no keeper begins it any more. */
  | { at: 'forbidding'; why: string }
  /** A keeper has told of its process. Who that is is being looked up, again at `dueMs`. */
  | { at: 'told'; want: ScriptWant; pid: number; keeper: Exclude<KeeperTie, 'unheard'>; dueMs: number }
  /** It runs, and its keeper will tell how it ends. */
  | { at: 'up'; process: Identity }
  /** It runs, and no keeper would tell how it ends: it is looked for at `dueMs`. */
  | { at: 'adrift'; process: Identity; keeper: Exclude<KeeperTie, 'linked'>; dueMs: number }
  /** Its process is gone. The note of how it ended is waited for until `dueMs`: its keeper may be about to write it. */
  | { at: 'vanished'; want: ScriptWant; process: Identity; dueMs: number }
  /** Its time for a note is over: it is being looked for one last time. */
  | { at: 'judged'; want: ScriptWant; process: Identity }
  /** It was sent SIGTERM, or SIGKILL; the next signal is due at `dueMs`. */
  | { at: 'stopping'; process: Identity; keeper: KeeperTie; phase: 'term' | 'kill'; dueMs: number }
  | { at: 'over'; end: End }

export type ScriptEvent =
  /** The queue lets it run. */
  | { type: 'turn' }
  | { type: 'stop' }
  /** Its first record could not be saved: whoever asked for it was told, and it is nobody's run. */
  | { type: 'not-saved'; message: string }
  /** The time that `scriptTimerOf` named has come; `lateMs`: how long ago. */
  | { type: 'timer'; lateMs: number }
  /** The answers to an order, one to each. `refused`: it was not begun, and not by this order; `unanswered`: nobody knows. */
  | { type: 'begun'; pid: number }
  | { type: 'refused'; message: string }
  | { type: 'unanswered'; why: string }
  /** A keeper that dialled keeps it, or says later that it has begun it. */
  | { type: 'kept'; pid: number }
  /** A keeper that dialled does not keep it: it has ended, was never begun, or another keeper has it. */
  | { type: 'not-kept' }
  /** The keeper that keeps it is gone, or the connection to it. */
  | { type: 'unlinked' }
  /** How it ended, by its keeper's word or by the note that was left. */
  | { type: 'ended'; note: ScriptNote }
  | { type: 'identified'; process: Identity }
  /** Its process is gone, and there is no note. */
  | { type: 'gone' }
  | { type: 'no-note' }
  /** A keeper began it, or tried to, or it was forbidden: its log is there. */
  | { type: 'log-there' }
  | { type: 'log-absent' }
  /** Its log was made by us: no keeper began it, and none will. */
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
  /** For its note, then for its log: `ended`, `log-there`, `log-absent` or `unseen`. */
  | { do: 'read-log' }
  /** Looks for its note, then makes its log: `ended`, `forbidden`, `log-there` or `unseen`. */
  | { do: 'forbid' }
  /** Nobody wants it any more: its log is made, and a keeper that says later that it has begun it is to end it. */
  | { do: 'give-up' }
  | { do: 'term'; process: Identity }
  | { do: 'kill'; process: Identity }
  /** Kill what is left of its process group. */
  | { do: 'sweep'; process: Identity }
  /** Save its end. `note`: what its keeper left or told of it. */
  | { do: 'end'; end: End; note?: ScriptNote }

/** What a decision may look at beside the state and the event. */
export type ScriptWorld = {
  nowMs: number
  /** How long a keeper may take to say that it has begun a run, or to note the end of one, before it is taken for lost. */
  adoptMs: number
  /** How long the run may take to end by itself after SIGTERM. */
  stopMs: number
}

/** What a record holds of a state. */
export type ScriptRecorded = {
  state: 'queued' | 'spawning' | 'up' | 'stopping' | 'ended' | 'lost'
  process?: Identity
  end?: End
}

/** What is saved of a state: less than there is to it, so that the next host finds out the rest anew. */
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
