// `host.stop`: ends the daemon, and before it all runs where that is asked for.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Site } from './verb.ts'

export async function stopHost(
  { pods, daemon }: Site,
  { pods: withPods }: MethodParams<'host.stop'>,
): Promise<MethodResults['host.stop']> {
  await daemon.settled()
  const running = pods.all().filter(({ supervisor }) => supervisor.hasRuns).length
  if (withPods) {
    await daemon.hosts.endRuns()
    await pods.holding.endRuns()
    // A keeper that was not told to let go of sockets would hold them for the next host.
    await Promise.all(pods.all().map(({ supervisor }) => daemon.ports.settled(supervisor.name)))
  }
  daemon.stop()
  return { stopping: true, pods: running }
}
