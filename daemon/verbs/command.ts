// `pod.command`: finds a run of a pod, and lets a command of its shell talk with the client.
import { usualWindow } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Place } from '../tree/place.ts'
import { wakeFor } from '../tree/wake-for.ts'
import { findCallee } from './callee.ts'
import { bringerOf } from './host-commands.ts'
import { clientOf, talk } from './talk.ts'
import type { Caller } from './verb.ts'

/**
 * Runs a command in the least busy run that is up, or in the run that `name` names, as `web.7`. It may take as long as
 * it likes: the client can cancel it. Without a name, it is the pod that brings the command to its host.
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`; `unsupported`, `function_not_found`, `call_failed`, `aborted`
 */
export async function command(
  place: Place,
  { name, argv }: MethodParams<'pod.command'>,
  caller: Caller<'pod.command'>,
): Promise<MethodResults['pod.command']> {
  const client = clientOf(caller)
  const [wanted = ''] = argv
  const of = name ?? (await bringerOf(place, wanted))
  await wakeFor(place, of)
  const { peer, run } = findCallee(place, of)
  const explain = (error: P8aError) => explained(error, wanted, run)
  const answer = await peer.open('command', { argv }, { signal: caller.signal, takes: usualWindow, explain })
  return { value: 'value' in answer ? answer.value : await talk(answer.stream, client), run }
}

function explained(error: P8aError, name: string, run: string): P8aError {
  if (error.code !== 'pod_not_up') return error
  return new P8aError('pod_not_up', `Cannot finish the command ${quote(name)}: ${run} ended`, {
    hint: { text: 'See why', do: { verb: 'logs', args: [run] } },
    facts: { run },
    cause: error,
  })
}
