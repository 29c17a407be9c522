// What an event leads to while the process of a run of a script is not known: the run waits for its turn, a keeper was
// asked and has not answered, or the keeper has named a pid. The rows of the table in `script.ts` from queued to told.
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
      // A keeper that hung may still carry out an earlier order.
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

/** No keeper has said that it began the run, and none will any more: if it has not begun, it begins now or never. */
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
      // While the log is being made, an earlier look that found none does not count: a keeper may have been faster.
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

/**
 * No keeper has begun it. If the run is wanted, it begins (an order that comes late does no harm); if not, it is
 * forbidden.
 */
function beginOrForbid({ want, why }: Of<'unheard' | 'doubted'>): ScriptDecision {
  return want === 'end' ? forbid(why) : [{ at: 'asked', want, isAgain: true }, [{ do: 'begin' }]]
}

function forbid(why: string): ScriptDecision {
  return [{ at: 'forbidding', why }, [{ do: 'forbid' }]]
}
