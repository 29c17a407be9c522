// What a run of a script is that an earlier host left, as its record tells, as a pure function. What cannot be in a record,
// such as whether its keeper is there, is found out anew; no deadline of before counts.
import type { ScriptRecorded, ScriptWorld } from './script-state.ts'
import { lookMs, lost, over, type ScriptDecision, signalled, stay } from './script-steps.ts'

/**
 * @param recorded of a run that is not over
 * @param world.isSameBoot whether the machine has been up since that was saved; else its process is gone
 */
export function restoredScript(
  { state, process }: ScriptRecorded,
  world: ScriptWorld & { isSameBoot: boolean },
): ScriptDecision {
  if (state === 'queued') return stay({ at: 'queued' })
  const why = 'host went down'
  if (!world.isSameBoot) return over(lost(why))
  const want = state === 'stopping' ? 'end' : 'run'
  // Its note may be there, which its keeper left and told nobody.
  if (!process) return [{ at: 'unheard', want, why, dueMs: world.nowMs + world.adoptMs }, [{ do: 'read-note' }]]
  if (want === 'end') return signalled({ process, keeper: 'unheard' }, world)
  return [{ at: 'adrift', process, keeper: 'unheard', dueMs: world.nowMs + lookMs }, [{ do: 'look', process }]]
}
