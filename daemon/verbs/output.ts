// `pod.output`: what a run of a script wrote, byte for byte.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { runId } from '../../protocol/names.ts'
import { readOutput } from '../script/output.ts'
import type { Place } from '../tree/place.ts'
import { findRun } from './find-run.ts'
import { endlessRoom } from './room.ts'
import { endInfo } from './run-info.ts'
import { type ReadPart, sendOutput } from './send-output.ts'
import type { Caller } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `unsupported` for a service, and for a stream where there can be none */
export async function output(
  place: Place,
  params: MethodParams<'pod.output'>,
  { signal, channel, room = endlessRoom }: Caller<'pod.output'>,
): Promise<MethodResults['pod.output']> {
  checkFollow(params)
  const { supervisor, runs, number } = findRun(place.pods, params.name, params.run)
  const read: ReadPart = async from => {
    const part = await readOutput(place.seams, {
      ...from,
      pod: supervisor.name,
      number,
      isOver: () => !runs.live.has(number),
      watch: listener => supervisor.watch(listener),
      signal,
      room,
    })
    const { bytes, next, isDone } = part
    const record = runs.record(number)
    return {
      run: runId(supervisor.name, number),
      bytes,
      offset: from.offset,
      next,
      done: isDone,
      ...(record?.end && !runs.live.has(number) && { end: endInfo(record.end) }),
    }
  }
  if (params.stream) return await sendOutput(params, channel, read)
  const { bytes, ...part } = await read(params)
  return { ...part, data: bytes.toString(params.encoding), encoding: params.encoding }
}

/** @throws {P8aError} `bad_params` */
export function checkFollow({ stream, follow }: { stream: boolean; follow: boolean }): void {
  if (!follow || stream) return
  throw new P8aError('bad_params', 'Cannot follow without a stream', { hint: 'Set stream to true' })
}
