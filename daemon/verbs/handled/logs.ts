// `pod.logs` of a host whose pod has the lines: a list of them, or a stream that may go on for as long as somebody reads.
import type { Channel } from '../../../protocol/channel/channel.ts'
import { wideWindow } from '../../../protocol/channel/window.ts'
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import { checkStream } from '../logs.ts'
import { endlessRoom } from '../room.ts'
import type { Caller } from '../verb.ts'
import { logAnswer } from './answers.ts'
import type { Handling } from './handling.ts'

/** How many lines an answer may hold that is not streamed. */
const maxAnswerEntries = 2000

/** @throws {P8aError} `bad_params`, `unsupported`, `bad_answer`, and what the handler throws */
export async function handledLogs(
  host: Handling,
  params: MethodParams<'pod.logs'>,
  { send, signal, room = endlessRoom }: Caller<'pod.logs'>,
): Promise<MethodResults['pod.logs']> {
  checkStream(params, send)
  const { path: _, stream: isStream, ...query } = params
  const { namespace } = host
  const answer = await namespace.handler.open('logs', [host.asked(query)], { signal, takes: wideWindow })
  if (!isStream || !send) {
    return await room(namespace.seams.settings.maxLogAnswerBytes, async () => {
      const all = logAnswer(namespace.path, 'value' in answer ? answer.value : await firstOf(answer.stream))
      const entries = all.slice(-maxAnswerEntries)
      return { entries, count: entries.length, truncated: entries.length < all.length }
    })
  }
  if ('value' in answer) {
    const entries = logAnswer(namespace.path, answer.value)
    await send(entries)
    return { entries: [], count: entries.length, truncated: false }
  }
  let count = 0
  for await (const value of answer.stream) {
    const entries = logAnswer(namespace.path, [value, ...answer.stream.takeWaiting()])
    count += entries.length
    await send(entries)
  }
  return { entries: [], count, truncated: false }
}

/** As many lines as an answer may hold, and one more where there are more. */
async function firstOf(stream: Channel): Promise<unknown[]> {
  const lines: unknown[] = []
  for await (const line of stream) {
    lines.push(line)
    if (lines.length > maxAnswerEntries) break
  }
  return lines
}
