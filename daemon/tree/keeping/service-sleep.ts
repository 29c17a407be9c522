// How a service is put to sleep by somebody: its runs finish what they have, and whoever connects from then on starts it.

import type { PodConfig } from '../../../protocol/config.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import { hasWaker } from '../../../protocol/policy.ts'
import type { PodStatus } from '../../../protocol/words.ts'
import { wholeStatusOf } from '../pod-status.ts'
import type { Pod, PodHost } from './keeping.ts'

/** @throws {P8aError} `pod_not_up`, `unsupported`, `pod_running`, `save_failed` */
export async function sleepService(
  host: PodHost,
  pod: Pod,
  { name, wait }: MethodParams<'pod.sleep'>,
): Promise<PodStatus> {
  await pod.until(() => pod.inForce?.desired.reload === undefined)
  const { inForce } = pod
  if (inForce?.desired.want !== 'up') throw notWanted(pod)
  refuseWithoutPorts(name, inForce.config)
  if (!pod.asleep) {
    const [by] = host.awakeWith(pod)
    if (by !== undefined) throw isNeeded(name, by)
    host.seams.log.info('verb', 'sleep', { pod: name })
    await host.putToSleep(pod, { generation: inForce.desired.generation, needsRoom: false })
  }
  if (wait) {
    await pod.until(() => !pod.hasRuns || !pod.asleep)
    await host.portsCovered(pod)
  }
  return wholeStatusOf(host, pod)
}

/** @throws {P8aError} `unsupported`: nothing could wake it */
export function refuseWithoutPorts(name: string, config: PodConfig): void {
  if (hasWaker(config)) return
  throw new P8aError('unsupported', `Pod ${quote(name)} cannot sleep: it has no port, so nothing could wake it`, {
    hint: [
      {
        text: 'Let the host hold a port for it, by listen in its config, or',
        do: { verb: 'start', args: [name], options: { listen: '8080' } },
      },
      { text: 'or stop it', do: { verb: 'stop', args: [name] } },
    ],
    facts: { pod: name },
  })
}

function notWanted({ name, state }: Pod): P8aError {
  return new P8aError('pod_not_up', `Cannot put pod ${quote(name)} to sleep: it is ${state}`, {
    hint: { text: 'Start it so', do: { verb: 'start', args: [name], options: { asleep: true } } },
    facts: { pod: name, status: state },
  })
}

function isNeeded(name: string, by: string): P8aError {
  return new P8aError('pod_running', `Cannot put pod ${quote(name)} to sleep: pod ${quote(by)} is awake and needs it`, {
    hint: { text: 'Put that to sleep first, or stop it', do: { verb: 'sleep', args: [by] } },
    facts: { pod: name, by },
  })
}
