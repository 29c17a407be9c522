// What follows from an event while the process of a run of a script is not known: it waits for its turn, was asked of a keeper
// that has not answered, or its keeper has named a pid. The rows of the table in `script.ts` from queued to told.
import type { ScriptEvent, ScriptState, ScriptWant, ScriptWorld } from './script-state.ts'
import {
  hostAwayMs,
  lookMs,
  lost,
  neverBegun,
  type Of,
  over,
  type ScriptDecision,
  spawnFailed,
  stay,
  stop,
  tied,
  wantEnd,
  wantOf,
} from './script-steps.ts'

export function onQueued(state: Of<'queued'>, event: ScriptEvent): ScriptDecision {
  switch (event.type) {
    case 'turn':
      return [{ at: 'asked', want: 'run', isAgain: false }, [{ do: 'save' }, { do: 'begin' }]]
    case 'stop':
      return over(neverBegun)
    case 'not-saved':
      return over(spawnFailed(event.message))
    default:
      return stay(state)
  }
}

export function onAsked(state: Of<'asked'>, event: ScriptEvent, world: ScriptWorld): ScriptDecision {
  switch (event.type) {
    case 'stop':
      return wantEnd(state)
    case 'not-saved':
      return over(spawnFailed(event.message))
    case 'begun':
    case 'kept':
      return told(event.pid, state.want, world)
    case 'refused':
      // An earlier order may yet be taken up, by a keeper that hung.
      return over(spawnFailed(event.message), { acts: state.isAgain ? [{ do: 'give-up' }] : [] })
    case 'unanswered':
      return stay({ at: 'unheard', want: state.want, why: event.why, dueMs: world.nowMs + world.adoptMs })
    default:
      return stay(state)
  }
}

export function onUnheard(state: Of<'unheard'>, event: ScriptEvent, world: ScriptWorld): ScriptDecision {
  const { want, why } = state
  switch (event.type) {
    case 'stop':
      return wantEnd(state)
    case 'kept':
      return told(event.pid, want, world)
    case 'not-kept':
      return [state, [{ do: 'read-log' }]]
    case 'log-absent':
      return beginOrForbid(state)
    case 'timer':
      if (event.lateMs > hostAwayMs) return stay({ ...state, dueMs: world.nowMs + world.adoptMs })
      return want === 'end' ? forbid(why) : [{ at: 'doubted', want, why }, [{ do: 'read-log' }]]
    default:
      return stay(state)
  }
}

/** Nobody has said that it was begun, and now nobody will: one that was not is begun, or never will be. */
export function onDoubt(state: Of<'doubted' | 'forbidding'>, event: ScriptEvent, world: ScriptWorld): ScriptDecision {
  const want = wantOf(state)
  switch (event.type) {
    case 'stop':
      return state.at === 'doubted' ? wantEnd(state) : stay(state)
    case 'kept':
      return told(event.pid, want, world)
    case 'log-there':
      return over(lost(state.why), { acts: [{ do: 'give-up' }] })
    case 'log-absent':
      // That it was not there is no news of a log that is being made: a keeper may have been faster.
      return state.at === 'doubted' ? beginOrForbid(state) : stay(state)
    case 'forbidden':
      return state.at === 'forbidding' ? over(neverBegun) : stay(state)
    case 'unseen':
      return stay({ at: 'unheard', want, why: state.why, dueMs: world.nowMs + lookMs })
    default:
      return stay(state)
  }
}

export function onTold(state: Of<'told'>, event: ScriptEvent, world: ScriptWorld): ScriptDecision {
  const { want, keeper, pid } = state
  switch (event.type) {
    case 'stop':
      return wantEnd(state)
    case 'kept':
      return tied(state, 'linked')
    case 'unlinked':
      return tied(state, 'gone')
    case 'timer':
      return identify(state, world)
    case 'identified': {
      const { process } = event
      if (process.pid !== pid) return stay(state)
      if (want === 'end') return stop({ process, keeper }, world)
      const next: ScriptState =
        keeper === 'linked' ? { at: 'up', process } : { at: 'adrift', process, keeper, dueMs: world.nowMs + lookMs }
      return [next, [{ do: 'save' }]]
    }
    default:
      return stay(state)
  }
}

function told(pid: number, want: ScriptWant, world: ScriptWorld): ScriptDecision {
  return identify({ at: 'told', want, pid, keeper: 'linked', dueMs: 0 }, world)
}

function identify(state: Of<'told'>, world: ScriptWorld): ScriptDecision {
  return [{ ...state, dueMs: world.nowMs + lookMs }, [{ do: 'identify', pid: state.pid }]]
}

/** No keeper has begun it: one that is wanted is begun, which an order that comes late does not undo; one that is not is forbidden. */
function beginOrForbid({ want, why }: Of<'unheard' | 'doubted'>): ScriptDecision {
  return want === 'end' ? forbid(why) : [{ at: 'asked', want, isAgain: true }, [{ do: 'begin' }]]
}

function forbid(why: string): ScriptDecision {
  return [{ at: 'forbidding', why }, [{ do: 'forbid' }]]
}
