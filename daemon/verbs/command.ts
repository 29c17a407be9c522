// `pod.command`: finds a run of a pod, and lets a command of its shell talk with the client.
import type { Channel } from '../../protocol/channel/channel.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { CommandSays } from '../../protocol/link.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Place } from '../tree/place.ts'
import { findCallee } from './callee.ts'
import type { Caller } from './verb.ts'

/**
 * Runs a command in the least busy run that is up, or in the run that `name` names, as `web.7`. It may take as long as
 * it likes: the client can cancel it.
 * @param caller.channel undefined where the transport cannot carry what they say
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`; `unsupported`, `function_not_found`, `call_failed`, `aborted`
 */
export async function command(
  { pods }: Place,
  { name, argv }: MethodParams<'pod.command'>,
  { signal, channel: client }: Caller<'pod.command'>,
): Promise<MethodResults['pod.command']> {
  if (!client?.takesValues) {
    throw new P8aError('unsupported', 'Cannot run a command here: it must be able to send and to ask meanwhile', {
      hint: 'Use the socket or the TCP port, and a request with an id',
    })
  }
  const { peer, run } = findCallee(pods, name)
  const explain = (error: P8aError) => explained(error, argv[0] ?? '', run)
  const answer = await peer.open('command', { argv }, { signal, takes: usualWindow, explain })
  return { value: 'value' in answer ? answer.value : await talk(answer.stream, client), run }
}

/** Carries what a command and its client say to each other. @returns what the command answers */
async function talk(command: Channel, client: Channel): Promise<unknown> {
  for (;;) {
    const { value, done } = await command.take()
    if (done) return value
    const said = value as CommandSays
    if ('send' in said) await client.send(said)
    // The command may send meanwhile. What fails this fails all of it.
    else ask(said, { command, client }).catch(() => {})
  }
}

/** A line that was typed ahead answers the question before it is put. */
async function ask(said: CommandSays, { command, client }: { command: Channel; client: Channel }): Promise<void> {
  const isTypedAhead = client.waiting > 0
  // At once, so that lines are for the questions in their order.
  const line = client.take()
  // Whoever has no more lines still sees what was asked.
  if (!isTypedAhead) await Promise.all([client.send(said), line])
  const { value, done } = await line
  if (done) command.end()
  else await command.send(String(value))
}

function explained(error: P8aError, name: string, run: string): P8aError {
  if (error.code !== 'pod_not_up') return error
  return new P8aError('pod_not_up', `Cannot finish the command ${quote(name)}: ${run} ended`, {
    hint: { text: 'See why', do: { verb: 'logs', args: [run] } },
    facts: { run },
    cause: error,
  })
}
