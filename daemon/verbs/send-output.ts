// The output of a run of a script over a channel: its bytes as they come, each part once the one before was taken.
import type { Channel } from '../../protocol/channel/channel.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import type { RunOutput } from '../../protocol/words.ts'

/** How long a look at the output waits for more. */
const lookMs = 20_000
/** How much is read at once. */
const partBytes = 256 * 1024

export type ReadPart = (from: {
  offset: number
  limit: number
  waitMs: number
}) => Promise<{ bytes: Buffer } & Omit<RunOutput, 'data' | 'encoding'>>

/**
 * Sends what is there from an offset on; where it is followed, all until the run is over.
 * @returns where it has ended, without data
 * @throws {P8aError} `unsupported` where the request has no channel that takes values
 */
export async function sendOutput(
  { offset: from, limit, follow, encoding }: MethodParams<'pod.output'>,
  channel: Channel | undefined,
  read: ReadPart,
): Promise<RunOutput> {
  if (!channel?.takesValues) {
    throw new P8aError('unsupported', 'Cannot stream the output here', {
      hint: 'Use the socket or the TCP port, and say with "window" how much may be sent at once',
    })
  }
  for (let offset = from; ; ) {
    const asked = { offset, limit: Math.min(limit, partBytes), waitMs: follow ? lookMs : 0 }
    const { bytes, ...part } = await read(asked)
    channel.leaving.signal.throwIfAborted()
    if (bytes.length > 0) await channel.send(bytes)
    offset = part.next
    if (part.done || (!follow && bytes.length === 0)) return { ...part, offset: from, data: '', encoding }
  }
}
