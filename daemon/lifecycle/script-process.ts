// What an event leads to once the process of a run of a script is known: it runs, it is gone and its note has not come
// yet, or it is being ended. The rows of the table in `script.ts` from up to stopping.
import type { KeeperTie, Running, ScriptEvent, ScriptWant, ScriptWorld } from './script-state.ts'
import {
  endByLimit,
  hostAwayMs,
  lookMs,
  lost,
  type Of,
  over,
  runningOf,
  type ScriptDecision,
  signalled,
  stay,
  stop,
  tied,
  wantEnd,
} from './script-steps.ts'

/** When to kill a process again. */
const killAgainMs = 2000
/** How long to wait for the note of a keeper that is gone: by then it has written what it was about to write. */
const goneKeeperMs = 1000

export function onRunning(state: Of<'up' | 'adrift'>, event: ScriptEvent, world: ScriptWorld): ScriptDecision {
  const { process } = state
  const running = runningOf(state)
  const isAdrift = state.at === 'adrift'
  switch (event.type) {
    case 'stop':
      return stop({ ...running, keeper: isAdrift ? state.keeper : 'linked' }, world)
    case 'kept':
      return isAdrift ? stay({ at: 'up', ...running }) : stay(state)
    case 'unlinked':
      if (isAdrift) return tied(state, 'gone')
      return stay({ at: 'adrift', ...running, keeper: 'gone', dueMs: world.nowMs + lookMs })
    case 'timer':
      return isAdrift ? [{ ...state, dueMs: world.nowMs + lookMs }, [{ do: 'look', process }]] : stay(state)
    case 'gone':
      return isAdrift ? vanished(state, 'run', world) : stay(state)
    default:
      return stay(state)
  }
}

export function onGone(state: Of<'vanished' | 'judged'>, event: ScriptEvent, world: ScriptWorld): ScriptDecision {
  const { want, process } = state
  const running = runningOf(state)
  switch (event.type) {
    case 'stop':
      return wantEnd(state)
    case 'kept':
      // Its keeper was slow, and is about to report its end.
      return want === 'end' ? signalled({ ...running, keeper: 'linked' }, world) : stay({ at: 'up', ...running })
    case 'timer':
      if (state.at === 'judged') return stay(state)
      if (event.lateMs > hostAwayMs) return stay({ ...state, dueMs: world.nowMs + world.adoptMs })
      return [{ at: 'judged', want, ...running }, [{ do: 'read-note' }]]
    case 'no-note':
      return state.at === 'judged'
        ? over(endByLimit(lost('its keeper went down'), state), { acts: [{ do: 'sweep', process }] })
        : stay(state)
    case 'unseen':
      if (state.at === 'vanished') return stay(state)
      return stay({ at: 'vanished', want, ...running, dueMs: world.nowMs + lookMs })
    default:
      return stay(state)
  }
}

export function onStopping(state: Of<'stopping'>, event: ScriptEvent, world: ScriptWorld): ScriptDecision {
  const { process } = state
  switch (event.type) {
    case 'kept':
      return tied(state, 'linked')
    case 'unlinked':
      return tied(state, 'gone')
    case 'gone':
      return vanished(state, 'end', world)
    case 'timer':
      return [
        { ...state, phase: 'kill', dueMs: world.nowMs + killAgainMs },
        [
          { do: 'kill', process },
          { do: 'look', process },
        ],
      ]
    default:
      return stay(state)
  }
}

/** A keeper that is not known to be gone may hang, and write the note later. */
function vanished(running: Running & { keeper: KeeperTie }, want: ScriptWant, world: ScriptWorld): ScriptDecision {
  const graceMs = running.keeper === 'gone' ? goneKeeperMs : world.adoptMs
  return stay({ at: 'vanished', want, ...runningOf(running), dueMs: world.nowMs + graceMs })
}
