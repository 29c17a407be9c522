// The life of a run of a script as a pure function: (state, event) -> next state and effects. No clock, files or processes
// in here.
//
//             turn       begun     not begun   stop      due      ended     unknown
//  queued     spawning   -         -           over      -        -         -
//  spawning   -          up, or    over        stopping  -        over      over (lost)
//                        signal
//  up         -          -         -           stopping  -        over      over (lost)
//  stopping   -          signal    over        -         kill     over      over
//
// "turn": the queue lets it run. "due": its time to end by itself after SIGTERM is over. "unknown": its process is gone and
// nobody noted how. A stop that comes while it is being spawned is sent once there is a process.
import type { ScriptNote } from '../../protocol/keeper.ts'
import type { End } from './slot.ts'

export type ScriptState = 'queued' | 'spawning' | 'up' | 'stopping' | 'over'

export type ScriptEvent =
  | { type: 'turn' }
  | { type: 'begun' }
  | { type: 'not-begun'; message: string }
  | { type: 'stop' }
  | { type: 'due' }
  | { type: 'ended'; note: ScriptNote }
  | { type: 'unknown'; why: string }

export type ScriptEffect = { do: 'begin' } | { do: 'term' } | { do: 'kill' } | { do: 'end'; end: End }

export function liveOn(
  state: ScriptState,
  event: ScriptEvent,
): readonly [next: ScriptState, effects: readonly ScriptEffect[]] {
  if (state === 'over') return [state, []]
  switch (event.type) {
    case 'turn':
      return state === 'queued' ? ['spawning', [{ do: 'begin' }]] : [state, []]
    case 'begun':
      if (state === 'stopping') return [state, [{ do: 'term' }]]
      return state === 'spawning' ? ['up', []] : [state, []]
    case 'not-begun':
      return over({ code: null, signal: null, reason: 'spawn_failed', message: event.message })
    case 'stop':
      if (state === 'queued') return over({ code: null, signal: null, reason: 'stopped' })
      if (state === 'spawning') return ['stopping', []]
      return state === 'up' ? ['stopping', [{ do: 'term' }]] : [state, []]
    case 'due':
      return state === 'stopping' ? [state, [{ do: 'kill' }]] : [state, []]
    case 'ended':
      return over(endOf(event.note, state === 'stopping'))
    case 'unknown':
      return over({ code: null, signal: null, reason: 'lost', message: event.why })
  }
}

function over(end: End): readonly [ScriptState, readonly ScriptEffect[]] {
  return ['over', [{ do: 'end', end }]]
}

function endOf({ code, signal, timedOut }: ScriptNote, wasStopped: boolean): End {
  const reason = wasStopped ? 'stopped' : timedOut ? 'timeout' : code === null ? 'killed' : 'exited'
  return { code, signal, reason }
}
