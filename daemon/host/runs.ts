// `pod.runs`: the records of a pod's runs.
import type { MethodParams, MethodResults, RunInfo } from '../../protocol/methods.ts'
import type { Context } from '../context.ts'
import { type RunRecord, readRecords } from '../store/run-record.ts'
import type { Pods } from './pods.ts'

/** @throws {P8aError} `pod_not_found` */
export async function runs(
  context: Context,
  pods: Pods,
  { name, limit }: MethodParams<'pod.runs'>,
): Promise<MethodResults['pod.runs']> {
  pods.get(name)
  const records = await readRecords(name, context.paths.pod(name), error =>
    context.log.warn('files', error.message, { pod: name }),
  )
  return { runs: records.slice(0, limit).map(({ record }) => infoOf(record)) }
}

function infoOf(record: RunRecord): RunInfo {
  const { id, slot, version, state, pid, startedAt, upAt, endedAt, end } = record
  return {
    id,
    slot,
    version,
    state,
    ...(pid !== undefined && { pid }),
    startedAt,
    ...(upAt !== undefined && { upAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(end && {
      end: {
        code: end.code,
        signal: end.signal,
        reason: end.reason,
        ...(end.message !== undefined && { message: end.message }),
      },
    }),
  }
}
