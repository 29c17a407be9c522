// A run of a script that an earlier host left, from its record, as a pure function. What a record cannot say, such as
// whether the keeper is there, is found out again. Deadlines from before do not count.
import type { ScriptRecorded, ScriptWorld } from './script-state.ts'
import { lookMs, lost, over, type ScriptDecision, signalled, stay } from './script-steps.ts'

/**
 * @param recorded that of a run that is not over
 * @param world.isSameBoot whether the machine has been up since that was saved; if not, its process is gone
 */
export function restoredScript(
  { state, process }: ScriptRecorded,
  world: ScriptWorld & { isSameBoot: boolean },
): ScriptDecision {
  if (state === 'queued') return stay({ at: 'queued' })
  const why = 'host went down'
  if (!world.isSameBoot) return over(lost(why))
  const want = state === 'stopping' ? 'end' : 'run'
  // Its keeper may have left a note that nobody has read.
  if (!process) return [{ at: 'unheard', want, why, dueMs: world.nowMs + world.adoptMs }, [{ do: 'read-note' }]]
  if (want === 'end') return signalled({ process, keeper: 'unheard' }, world)
  return [{ at: 'adrift', process, keeper: 'unheard', dueMs: world.nowMs + lookMs }, [{ do: 'look', process }]]
}
