// The pod of a host that keeps its queues.
import type { PodConfig } from '../../protocol/config.ts'
import { queueName } from '../../protocol/names.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'

/** Undefined where there is none. */
export function findQueue({ pods }: Pick<Place, 'pods'>): PodSupervisor | undefined {
  const found = pods.find(queueName)?.supervisor
  return found && isQueue(found) ? found : undefined
}

/** Whether a pod of that name is one. */
export function isQueue({ inForce }: PodSupervisor): boolean {
  return inForce !== undefined && isQueueConfig(inForce.image.config)
}

/** Whether that is the policy of one. */
export function isQueueConfig({ labels }: PodConfig): boolean {
  return labels?.['p8a/queue'] !== undefined
}
