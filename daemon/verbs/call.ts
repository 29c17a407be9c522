// `pod.call`: finds a run of a pod and calls an exported function in it.
import { pump } from '../../protocol/channel/pump.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Place } from '../tree/place.ts'
import { wakeFor } from '../tree/wake-for.ts'
import { findCallee } from './callee.ts'
import type { Caller } from './verb.ts'

/**
 * Calls a function of the least busy run that is up, or of the run that `name` names, as `web.7`. What a generator yields goes over
 * the channel where that takes values, and else is the answer, as a list.
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`, `function_not_found`, `call_failed`, `timeout`, `aborted`
 */
export async function call(
  place: Place,
  { name, fn, args, timeoutMs }: MethodParams<'pod.call'>,
  { signal, channel }: Caller<'pod.call'>,
): Promise<MethodResults['pod.call']> {
  const waking = wakeFor(place, name)
  if (waking) await waking
  const { peer, run } = findCallee(place, name)
  const limitMs = timeoutMs ?? place.seams.settings.callTimeout
  const explain = (error: P8aError) => explained(error, { fn, run, limitMs })
  const options = { timeoutMs: limitMs, signal, explain }
  if (!channel?.takesValues) return { value: await peer.request('call', { fn, args }, options), run }
  const answer = await peer.open('call', { fn, args }, { ...options, takes: usualWindow })
  if ('value' in answer) return { value: answer.value, run }
  await pump(answer.stream, channel)
  return { value: null, run }
}

/** What failed on the link says nothing of pods and functions; the caller is told. */
function explained(error: P8aError, { fn, run, limitMs }: { fn: string; run: string; limitMs: number }): P8aError {
  if (error.code === 'timeout') {
    return new P8aError('timeout', `Cannot call ${quote(fn)} of ${run}: no answer within ${limitMs} ms`, {
      hint: [
        { text: 'It may still be working' },
        { text: 'to allow it more time', do: { verb: 'call', args: [run, fn, 'ARGS'], options: { timeout: '2m' } } },
      ],
      facts: { run, fn },
      cause: error,
    })
  }
  if (error.code === 'pod_not_up') {
    return new P8aError('pod_not_up', `Cannot call ${quote(fn)} of ${run}: the run ended before it answered`, {
      hint: { text: 'See why', do: { verb: 'logs', args: [run] } },
      // It may have begun the call: nobody has told that it did not.
      facts: { run, fn, delivered: true },
      cause: error,
    })
  }
  return error
}
