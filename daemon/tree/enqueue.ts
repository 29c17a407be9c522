// An item that the host itself enqueues for a worker: the queue takes it as from any client. A queue that is on its way is waited for.
import { P8aError } from '../../protocol/errors.ts'
import { queueName, quote } from '../../protocol/names.ts'
import { runsBehind } from './callees.ts'
import type { Place } from './place.ts'

/** How often it is asked again by the same id where the queue was killed meanwhile. */
const mostTries = 5

/** @throws {P8aError} `pod_not_up` where the queue is not to be up; what the queue refuses */
export async function enqueue(
  { pods, seams }: Pick<Place, 'pods' | 'seams'>,
  name: string,
  item: { fn: string; args: readonly unknown[]; id: string },
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const queue = pods.find(queueName)?.supervisor
    if (!queue?.isWanted)
      throw new P8aError('pod_not_up', `Cannot enqueue for pod ${quote(name)}: there is no queue now`)
    await queue.until(() => queue.state === 'up' || !queue.isWanted)
    const peer = runsBehind(queue, queueName)[0]?.peer
    try {
      if (!peer) throw new P8aError('pod_not_up', 'the queue has no connection yet')
      await peer.request(
        'call',
        { fn: 'add', args: [{ queue: name, ...item }] },
        { timeoutMs: seams.settings.callTimeout },
      )
      return
    } catch (error) {
      const isPassing = error instanceof P8aError && ['pod_not_up', 'host_gone'].includes(error.code)
      if (!isPassing || tries === mostTries) throw error
      await new Promise(resolve => setTimeout(resolve, againMs))
    }
  }
}

const againMs = 500
