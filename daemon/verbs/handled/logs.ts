// `pod.logs` of a host whose pod has the lines: a list of them, or a stream that may go on for as long as somebody reads.
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import type { Namespace } from '../../tree/namespace.ts'
import { checkStream } from '../logs.ts'
import type { Caller } from '../verb.ts'
import { logAnswer } from './answers.ts'
import { wholeAnswer } from './whole-answer.ts'

/** How many lines an answer may hold that is not streamed. */
const maxAnswerEntries = 2000

/** @throws {P8aError} `bad_params`, `unsupported`, `bad_answer`, and what the handler throws */
export async function handledLogs(
  namespace: Namespace,
  params: MethodParams<'pod.logs'>,
  { send, signal }: Caller<'pod.logs'>,
): Promise<MethodResults['pod.logs']> {
  checkStream(params, send)
  const { path: _, stream: isStream, ...query } = params
  const answer = await namespace.ask('logs', [query])
  if (!isStream || !send) {
    const all = logAnswer(namespace.path, await wholeAnswer(answer, maxAnswerEntries + 1))
    const entries = all.slice(-maxAnswerEntries)
    return { entries, count: entries.length, truncated: entries.length < all.length }
  }
  if ('value' in answer) {
    const entries = logAnswer(namespace.path, answer.value)
    await send(entries)
    return { entries: [], count: entries.length, truncated: false }
  }
  let count = 0
  const gone = Promise.withResolvers<undefined>()
  const onGone = () => gone.resolve(undefined)
  signal.addEventListener('abort', onGone, { once: true })
  try {
    while (!signal.aborted) {
      // The next line may come in hours, the client may go before.
      const values = await Promise.race([answer.stream.more(), gone.promise])
      if (!values) break
      const entries = logAnswer(namespace.path, values)
      count += entries.length
      if (entries.length > 0) await send(entries)
    }
  } finally {
    signal.removeEventListener('abort', onGone)
    answer.stream.leave()
  }
  return { entries: [], count, truncated: false }
}
