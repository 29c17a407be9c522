// Gives a verb to the handler of a pod's own host: with how it is asked for as the last argument, and with what the answer is sent on.
import type { Asked } from '../../protocol/author.ts'
import type { Channel } from '../../protocol/channel/channel.ts'
import { toHandlerError } from '../call-error.ts'
import { isStream, sendOrCollect } from '../calls/collect.ts'
import { Talk } from '../talk.ts'

export type Handler = (...args: unknown[]) => unknown

/** The verb, and what its handler is given: how it is asked for comes last. */
export type Asking = { verb: string; args: unknown[] }

/**
 * @param channel its signal is the signal of the handler; streams and the talk of a command go over it
 * @returns what the handler answers; nothing after a stream
 * @throws {P8aError} what the handler throws
 */
export async function callHandler(handler: Handler, { verb, args }: Asking, channel: Channel): Promise<unknown> {
  // JSON has null for arguments that were left out.
  const given = args.map(arg => arg ?? undefined)
  const how = given.pop() as Omit<Asked, 'signal'>
  const asked: Asked = { ...how, signal: channel.leaving.signal }
  try {
    if (verb === 'command') return await talking(talk => handler(...given, { ...asked, ...talk }), channel)
    const answer = await handler(...given, asked)
    if (!isStream(answer)) return answer ?? null
    return await sendOrCollect(answer, channel, { fn: verb, toError: toHandlerError })
  } catch (error) {
    throw toHandlerError(error)
  }
}

async function talking(run: (talk: Pick<Talk, 'send' | 'recv'>) => unknown, channel: Channel): Promise<unknown> {
  const talk = new Talk(channel)
  const result = await run({ send: talk.send, recv: talk.recv })
  await talk.sent
  return result ?? null
}
