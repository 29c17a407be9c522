// The lifecycle of a run of a script as a pure function: (state, event, world) -> [next state, effects]. No clock,
// files or processes in here; the caller saves, acts and tells, in that order.
//
//              turn          stop                  not-saved  timer
//  queued      asked: begin  over                  over       -
//  asked       -             asked or -            over       -
//  unheard     -             unheard or -          -          doubted: read-log or forbidding: forbid or unheard
//  doubted     -             doubted or -          -          -
//  forbidding  -             -                     -          -
//  told        -             told or -             -          told: identify
//  up          -             stopping: term, look  -          -
//  adrift      -             stopping: term, look  -          adrift: look
//  vanished    -             vanished or -         -          judged: read-note or vanished
//  judged      -             judged or -           -          -
//  stopping    -             -                     -          stopping: kill, look
//  over        -             -                     -          -
//
//              begun           refused                unanswered  unlinked       ended
//  queued      -               -                      -           -              -
//  asked       told: identify  over or over: give-up  unheard     -              over
//  unheard     -               -                      -           -              over
//  doubted     -               -                      -           -              over
//  forbidding  -               -                      -           -              over
//  told        -               -                      -           told or -      over
//  up          -               -                      -           adrift         over
//  adrift      -               -                      -           adrift or -    over
//  vanished    -               -                      -           -              over
//  judged      -               -                      -           -              over
//  stopping    -               -                      -           stopping or -  over
//  over        -               -                      -           -              -
//
//              kept                         not-kept           identified                            over
//  queued      -                            -                  -                                     -
//  asked       told: identify               -                  -                                     -
//  unheard     told: identify               unheard: read-log  -                                     -
//  doubted     told: identify               -                  -                                     -
//  forbidding  told: identify               -                  -                                     -
//  told        told or -                    -                  up or adrift or stopping: term, look  -
//  up          -                            -                  -                                     up
//  adrift      up                           -                  -                                     adrift
//  vanished    up or stopping: term, look   -                  -                                     vanished
//  judged      up or stopping: term, look   -                  -                                     judged
//  stopping    stopping or -                -                  -                                     stopping
//  over        -                            -                  -                                     -
//
//              gone      no-note      log-there      log-absent                           forbidden  unseen
//  queued      -         -            -              -                                    -          -
//  asked       -         -            -              -                                    -          -
//  unheard     -         -            -              asked: begin or forbidding: forbid   -          -
//  doubted     -         -            over: give-up  asked: begin or forbidding: forbid   -          unheard
//  forbidding  -         -            over: give-up  -                                    over       unheard
//  told        -         -            -              -                                    -          -
//  up          -         -            -              -                                    -          -
//  adrift      vanished  -            -              -                                    -          -
//  vanished    -         -            -              -                                    -          -
//  judged      -         over: sweep  -              -                                    -          vanished
//  stopping    vanished  -            -              -                                    -          -
//  over        -         -            -              -                                    -          -
//
// A cell is the next state and what is done, "or" another of them; "-" is nothing at all. Two effects stand in no cell: what
// a record holds of a state is saved where it changes, and the end of a run is saved where it is over.
import { onAsked, onDoubt, onQueued, onTold, onUnheard } from './script-begin.ts'
import { onGone, onRunning, onStopping } from './script-process.ts'
import type { ScriptEvent, ScriptState, ScriptWorld } from './script-state.ts'
import { endByLimit, endOf, over, type ScriptDecision, stay, wantOf } from './script-steps.ts'

export function decideScript(state: ScriptState, event: ScriptEvent, world: ScriptWorld): ScriptDecision {
  // Whatever the state of a run that has begun: its end is final.
  if (event.type === 'ended' && state.at !== 'queued' && state.at !== 'over') {
    return over(endByLimit(endOf(event.note, wantOf(state)), state), { note: event.note })
  }
  if (event.type === 'over' && 'process' in state) return stay({ ...state, over: event.said })
  switch (state.at) {
    case 'queued':
      return onQueued(state, event)
    case 'asked':
      return onAsked(state, event, world)
    case 'unheard':
      return onUnheard(state, event, world)
    case 'doubted':
    case 'forbidding':
      return onDoubt(state, event, world)
    case 'told':
      return onTold(state, event, world)
    case 'up':
    case 'adrift':
      return onRunning(state, event, world)
    case 'vanished':
    case 'judged':
      return onGone(state, event, world)
    case 'stopping':
      return onStopping(state, event, world)
    case 'over':
      return stay(state)
  }
}

/** When a run has to be looked at again if nothing happens, in the time of `ScriptWorld.nowMs`; undefined: never. */
export function scriptTimerOf(state: ScriptState): number | undefined {
  return 'dueMs' in state ? state.dueMs : undefined
}
