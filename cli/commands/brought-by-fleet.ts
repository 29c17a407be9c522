// What a fleet has brought to a host is the fleet's to stop: what a command does there alone does not last, and it says so.
import { wholeOf } from '../../protocol/fleet-part.ts'
import type { RemoteHost } from '../remote/remote-host.ts'

/** A pod that a fleet has brought is in the path of the fleet, and in it in that of its host. */
const leastParts = 3

/** Warns before something is done to a pod that a fleet has brought there. @param verb of the command: `stop` */
export async function warnOfFleet(host: RemoteHost, name: string, verb: string): Promise<void> {
  if (name.split('.').length < leastParts) return
  // What is wrong with the name, the command itself finds out.
  const pod = await host.call('pod.status', { name }).catch(() => undefined)
  const whole = pod && wholeOf(pod)
  if (whole === undefined) return
  const { say } = await import('../say/say.ts')
  const { name: remote } = host.remote
  await say(
    'warn',
    `A fleet has brought ${name} there, and soon makes it as it is wanted again: pod ${verb} ${remote} ${whole}`,
  )
}
