// The verbs about work of a host whose pod keeps queues of its own: each is asked of its handler `queue`.
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import { queueResults } from '../../../protocol/results-queue.ts'
import { misfit } from '../../../protocol/shape.ts'
import type { QueueResults } from '../../../protocol/words-queue.ts'
import type { Caller } from '../verb.ts'
import { badAnswer } from './answers.ts'
import type { Handling } from './handling.ts'

type QueueVerb = keyof QueueResults
type Handled<M extends QueueVerb> = (
  host: Handling,
  params: MethodParams<M>,
  caller: Caller<M>,
) => Promise<MethodResults[M]>

/** @throws {P8aError} (from what is returned) `bad_answer`, and what the handler throws */
function handledBy<M extends QueueVerb>(method: M): Handled<M> {
  const verb = method.slice('queue.'.length)
  return async (host, params, { signal }) => {
    const { namespace, path } = host
    const { path: _, hops, ...asked } = params
    const { waitMs = 0 } = asked as { waitMs?: number }
    const timeoutMs = namespace.seams.settings.handlerTimeout + waitMs
    const answer = await namespace.handler.ask('queue', [verb, asked, host.asked({ hops })], { timeoutMs, signal })
    if (misfit(queueResults[method](), answer) !== undefined) throw badAnswer(path, method, answer)
    return answer as MethodResults[M]
  }
}

export const handledQueue: { readonly [M in QueueVerb]: Handled<M> } = {
  'queue.add': handledBy('queue.add'),
  'queue.list': handledBy('queue.list'),
  'queue.items': handledBy('queue.items'),
  'queue.item': handledBy('queue.item'),
  'queue.retry': handledBy('queue.retry'),
  'queue.drop': handledBy('queue.drop'),
  'queue.move': handledBy('queue.move'),
  'queue.cancel': handledBy('queue.cancel'),
  'queue.pause': handledBy('queue.pause'),
  'queue.resume': handledBy('queue.resume'),
}
