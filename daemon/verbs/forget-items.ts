// The items of a pod that is removed are removed with it, as all that is kept of it. A queue that is not up does so at its next start.
import { queueName } from '../../protocol/names.ts'
import { noteRemoved } from '../store/removed-items.ts'
import { findCallee } from './callee.ts'
import { findQueue } from './find-queue.ts'
import type { Site } from './verb.ts'

/** How long the queue may take; what it does later counts too. */
const answerMs = 5000

/** @returns how many items had not ended; 0 where the queue could not be asked */
export async function forgetItems(site: Site, name: string): Promise<number> {
  const queue = findQueue(site)
  if (!queue || name === queueName) return 0
  const { clock, log, paths } = site.seams
  const asked = { queue: name, untilMs: clock.wallMs() }
  const warn = (error: unknown) =>
    log.warn('verb', 'the items of a removed pod could not be removed', { pod: name, err: error })
  if (queue.state === 'up') {
    try {
      const { peer } = findCallee(site, queueName)
      return (await peer.request('call', { fn: 'forget', args: [asked] }, { timeoutMs: answerMs })) as number
    } catch (error) {
      // It may have ended just now.
      warn(error)
    }
  }
  await noteRemoved(paths.pod(queueName), name, asked.untilMs).catch(warn)
  return 0
}
