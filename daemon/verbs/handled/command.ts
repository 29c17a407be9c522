// `pod.command` of a host whose pod has the commands: those of its pods' shells, and those of the host's own.
import { usualWindow } from '../../../protocol/channel/window.ts'
import type { Handled } from '../../../protocol/link.ts'
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import { clientOf, talk } from '../talk.ts'
import type { Caller } from '../verb.ts'
import type { Handling } from './handling.ts'

/** @throws {P8aError} `unsupported` where the transport cannot carry it; what the handler throws */
export async function handledCommand(
  host: Handling,
  { name, argv, hops }: MethodParams<'pod.command'>,
  caller: Caller<'pod.command'>,
): Promise<MethodResults['pod.command']> {
  const client = clientOf(caller)
  const given = [name, argv, host.asked({ hops })]
  const options = { signal: caller.signal, takes: usualWindow }
  const answer = await host.namespace.handler.open('command', given, options)
  // At the end of a stream, the owner answers as it does without one.
  const { value } = 'value' in answer ? answer : ((await talk(answer.stream, client)) as Handled)
  return name === undefined ? { value } : { value, run: name }
}
