// A command of a pod and the client that runs it: carries what they say to each other. Both are channels.
import type { Channel } from '../../protocol/channel/channel.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { CommandSays } from '../../protocol/link.ts'
import type { Caller } from './verb.ts'

/** The client of a command. @throws {P8aError} `unsupported` where the transport cannot carry what they say */
export function clientOf({ channel }: Caller<'pod.command'>): Channel {
  if (channel?.takesValues) return channel
  throw new P8aError('unsupported', 'Cannot run a command here: it must be able to send and to ask meanwhile', {
    hint: 'Use the socket or the TCP port, and a request with an id',
  })
}

/** @returns what the command answers @throws {P8aError} what it fails with, `aborted` where the client is gone */
export async function talk(command: Channel, client: Channel): Promise<unknown> {
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
