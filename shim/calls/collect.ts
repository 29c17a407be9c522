// Answers with a stream of a function or a handler: its values one by one if they can be sent so, or all of them at
// once.
import { maxCollected } from '../../protocol/calls.ts'
import type { Channel } from '../../protocol/channel/channel.ts'
import { pump } from '../../protocol/channel/pump.ts'
import { P8aError } from '../../protocol/errors.ts'

/** Whether what a function returned is to be streamed: a generator, or anything else made for `for await`. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/**
 * Sends the values on a channel that takes them.
 * @param options.toError turns what a generator throws into the error of the answer
 * @returns the answer: a list of the values, if they were not sent
 * @throws {P8aError} `too_large` if there are more than {@link maxCollected} that were not sent; what `toError` makes
 */
export async function sendOrCollect(
  values: AsyncIterable<unknown>,
  channel: Channel,
  { fn, toError }: { fn: string; toError: (error: unknown) => unknown },
): Promise<unknown> {
  if (!channel.takesValues) return (await collect(untilLeft(values, channel, toError), fn)).map(inList)
  await pump(values, channel, { toError })
  return null
}

/** As one of a list that is JSON. */
function inList(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value
  return { base64: Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') }
}

/** @throws {P8aError} `too_large` where there are more than {@link maxCollected} */
export async function collect(values: AsyncIterable<unknown>, fn: string): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const value of values) {
    if (all.length === maxCollected) {
      throw new P8aError('too_large', `Cannot collect what ${JSON.stringify(fn)} yields: over ${maxCollected} values`, {
        hint: 'Take them one by one, with for await, in a pod',
        facts: { fn },
      })
    }
    all.push(value)
  }
  return all
}

/** The values of a generator while somebody waits for them. */
async function* untilLeft(
  values: AsyncIterable<unknown>,
  { leaving }: Channel,
  toError: (error: unknown) => unknown,
): AsyncGenerator<unknown> {
  try {
    for await (const value of values) {
      if (leaving.isAborted) return
      yield value
    }
  } catch (error) {
    throw toError(error)
  }
}
