// An item that a schedule enqueues: it goes the way of one that a client enqueues, past what the owner of its host handles.
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { PlaceNeeds } from '../tree/open-place.ts'
import type { Verbs } from './by-path.ts'
import { parseParams } from './params.ts'

/** How long one may take: by then, the next one of its schedule may be due. */
const patienceMs = 60_000

/** @throws {P8aError} (from what is returned) as `queue.add`; `timeout` */
export function enqueuedBy(verbs: Pick<Verbs, 'doOwn'>, { answerMs = patienceMs } = {}): PlaceNeeds['enqueue'] {
  return async (path, item) => {
    const params = parseParams('queue.add', { path, ...item })
    const caller = { signal: new AbortController().signal, by: { name: 'schedule', role: 'admin', path } } as const
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = deadline(() => reject(noAnswer(item.name, answerMs)), answerMs).unref()
    await Promise.race([verbs.doOwn('queue.add', params, caller), late]).finally(() => clearInterval(timer))
  }
}

function noAnswer(name: string, answerMs: number): P8aError {
  const seconds = answerMs / 1000
  return new P8aError(
    'timeout',
    `Cannot enqueue for pod ${quote(name)}: the queue did not answer within ${seconds} s`,
    {
      hint: { text: 'See why', do: { verb: 'status', args: ['queue'] } },
      facts: { pod: name },
    },
  )
}
