// `pod.output`: what a run of a script wrote, byte for byte.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { runId } from '../../protocol/names.ts'
import { readOutput } from '../script/output.ts'
import type { Place } from '../tree/place.ts'
import { findRun } from './find-run.ts'
import { endInfo } from './run-info.ts'
import type { Caller } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `unsupported` for a service */
export async function output(
  place: Place,
  params: MethodParams<'pod.output'>,
  { signal }: Caller<'pod.output'>,
): Promise<MethodResults['pod.output']> {
  const { supervisor, runs, number } = findRun(place.pods, params.name, params.run)
  const { offset, limit, waitMs, encoding } = params
  const part = await readOutput(place.seams, {
    pod: supervisor.name,
    number,
    isOver: () => !runs.live.has(number),
    watch: listener => supervisor.watch(listener),
    offset,
    limit,
    waitMs,
    signal,
  })
  const { bytes, next, isDone } = part
  const record = runs.record(number)
  return {
    run: runId(supervisor.name, number),
    data: bytes.toString(encoding),
    encoding,
    offset,
    next,
    done: isDone,
    ...(record?.end && !runs.live.has(number) && { end: endInfo(record.end) }),
  }
}
