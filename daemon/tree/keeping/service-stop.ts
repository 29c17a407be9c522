// How a service is stopped, or killed: it is not wanted any more, and that is waited for.
import type { MethodParams } from '../../../protocol/methods.ts'
import type { Stopped } from '../../../protocol/words.ts'
import type { Desired } from '../../store/desired.ts'
import type { Pod, PodHost } from './keeping.ts'

/** What needs it stops before it, and so do its hosts. @throws {P8aError} `save_failed` */
export async function stopService(
  host: PodHost,
  { pod, drain, kill }: { pod: Pod; drain: (ms: number) => Promise<void>; kill: () => Promise<void> },
  { name, wait, drainMs, kill: isKill }: MethodParams<'pod.stop'>,
): Promise<Stopped> {
  if (drainMs !== undefined && !isKill) await drain(drainMs)
  const releaseDependents = await host.holdDependents(pod)
  const releaseHosts = await host.holdHosts(pod)
  const stop = async () => {
    const edit = (desired: Desired): Desired => {
      host.seams.log.info('verb', isKill ? 'kill' : 'stop', { pod: name })
      const killed = isKill ? { killed: new Date(host.seams.clock.wallMs()).toISOString() } : {}
      return { ...desired, want: 'idle', ...killed }
    }
    // It may be what fills the disk.
    const change = host.change(pod, edit, { needsRoom: false })
    await change.catch(async error => {
      await releaseHosts()
      throw error
    })
    if (isKill) await kill()
    if (!wait) return
    await pod.until(() => !pod.hasRuns || pod.inForce?.desired.want === 'up')
    await host.portsSettled(pod)
  }
  const ended = await pod.collectEnds(stop).finally(releaseDependents)
  return { name, status: pod.state, ended, ...(pod.problem !== undefined && { problem: pod.problem }) }
}
