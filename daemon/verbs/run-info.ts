// The record of a run in the words of the wire.
import type { ProcessStatus } from '../../protocol/methods/seen.ts'
import type { RunEnd, RunInfo } from '../../protocol/words.ts'
import type { RunRecord } from '../store/run-record.ts'

export function infoOf(record: RunRecord): RunInfo {
  const { id, slot, version, state, pid, startedAt, upAt, endedAt, end, script } = record
  return {
    id,
    slot,
    version,
    state,
    ...(pid !== undefined && { pid }),
    ...(script && { queuedAt: script.queuedAt, params: script.params, args: script.args }),
    ...(script?.outputBytes !== undefined && { outputBytes: script.outputBytes }),
    ...(script?.cut && { cut: true }),
    startedAt,
    ...(upAt !== undefined && { upAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(end && { end: endInfo(end) }),
  }
}

/** An end as the wire has it. */
export function endInfo({ code, signal, reason, message }: NonNullable<RunRecord['end']>) {
  return { code, signal, reason, ...(message !== undefined && { message }) }
}

/** How a run of a script is, in the words of the HTTP view. */
export function processStatusOf({
  state,
  end,
}: {
  state: RunInfo['state']
  end?: Pick<RunEnd, 'reason' | 'code'> | undefined
}): ProcessStatus {
  if (state === 'queued' || state === 'lost') return state
  if (state !== 'ended') return 'executing'
  return end?.reason === 'exited' && end.code === 0 ? 'finished' : 'error'
}
