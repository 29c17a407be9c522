// The steps that several states of a run of a script share, and the ends that it can have.
import type { ScriptNote } from '../../protocol/keeper.ts'
import type { KeeperTie, Running, ScriptEffect, ScriptState, ScriptWant, ScriptWorld } from './script-state.ts'
import type { End } from './slot.ts'

export type ScriptDecision = readonly [next: ScriptState, effects: readonly ScriptEffect[]]

export type Of<At extends ScriptState['at']> = Extract<ScriptState, { at: At }>

/** How often to look for a process that no keeper would report, and to repeat a look that failed. */
export const lookMs = 250
/** If a timer is later than this, the host itself was away, and messages of keepers may be unread. */
export const hostAwayMs = 1000

/** The end of a run that never began and is not wanted any more. */
export const neverBegun: End = { code: null, signal: null, reason: 'stopped' }

export function stay(state: ScriptState): ScriptDecision {
  return [state, []]
}

/** What is wanted of a run that has begun, or may have. */
export function wantOf(state: Exclude<ScriptState, Of<'queued' | 'over'>>): ScriptWant {
  if ('want' in state) return state.want
  return state.at === 'forbidding' || state.at === 'stopping' ? 'end' : 'run'
}

/** A stop without a process to signal is done once there is a process, or once it is known that there is none. */
export function wantEnd(state: Extract<ScriptState, { want: ScriptWant }>): ScriptDecision {
  return state.want === 'end' ? stay(state) : [{ ...state, want: 'end' }, [{ do: 'save' }]]
}

export function tied<State extends Of<'told' | 'adrift' | 'stopping'>>(
  state: State,
  keeper: KeeperTie,
): ScriptDecision {
  return stay(state.keeper === keeper ? state : ({ ...state, keeper } as State))
}

export function stop(running: Running & { keeper: KeeperTie }, world: ScriptWorld): ScriptDecision {
  const [next, acts] = signalled(running, world)
  return [next, [{ do: 'save' }, ...acts]]
}

/** If there is no process to take the signal, looking shows that. */
export function signalled(running: Running & { keeper: KeeperTie }, world: ScriptWorld): ScriptDecision {
  const { process, keeper } = running
  return [
    { at: 'stopping', ...runningOf(running), keeper, phase: 'term', dueMs: world.nowMs + world.stopMs },
    [
      { do: 'term', process },
      { do: 'look', process },
    ],
  ]
}

export function over(
  end: End,
  { acts = [], note }: { acts?: readonly ScriptEffect[]; note?: ScriptNote } = {},
): ScriptDecision {
  return [{ at: 'over', end }, [...acts, { do: 'end', end, ...(note && { note }) }]]
}

export function spawnFailed(message: string): End {
  return { code: null, signal: null, reason: 'spawn_failed', message }
}

export function lost(message: string): End {
  return { code: null, signal: null, reason: 'lost', message }
}

/** What all states with a process know of it. */
export function runningOf({ process, over }: Running): Running {
  return { process, ...(over !== undefined && { over }) }
}

/** Its keeper saw a signal and no more, or nobody saw how it ended. */
export function endByLimit(end: End, state: ScriptState): End {
  const over = 'process' in state ? state.over : undefined
  return over === undefined ? end : { ...end, reason: 'limit', message: over }
}

export function endOf({ code, signal, timedOut }: ScriptNote, want: ScriptWant): End {
  const reason = want === 'end' ? 'stopped' : timedOut ? 'timeout' : code === null ? 'killed' : 'exited'
  return { code, signal, reason }
}
