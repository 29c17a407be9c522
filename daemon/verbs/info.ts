// `host.info`: what a host is, and how many pods and runs it has.
import { type MethodParams, protocolVersion } from '../../protocol/methods.ts'
import type { HostInfo } from '../../protocol/words-host.ts'
import { groupsText } from '../bounds/groups.ts'
import { levelsHere } from '../bounds/levels.ts'
import { usersText } from '../bounds/user.ts'
import type { Site } from './verb.ts'

export async function info(
  { path, seams, pods, daemon }: Site,
  { levels }: MethodParams<'host.info'>,
): Promise<HostInfo> {
  const counts = { idle: 0, waiting: 0, up: 0, error: 0 }
  const all = pods.all().map(({ supervisor }) => supervisor)
  for (const { state } of all) counts[state]++
  return {
    id: daemon.id,
    version: daemon.version,
    protocol: protocolVersion,
    node: process.version,
    pid: process.pid,
    startedAt: daemon.startedAt,
    path,
    dataDir: seams.paths.data,
    ...daemon.doors(),
    startedWith: daemon.startedWith,
    ...(daemon.upgrade.last && { upgrade: daemon.upgrade.last }),
    pods: counts,
    runs: all.reduce((sum, { underWay }) => sum + underWay.length, 0),
    hosts: daemon.hosts.all().map(each => each.path),
    spares: daemon.spares(),
    ...(levels && { levels: await levelsHere(), groups: groupsText(), users: await usersText() }),
    memory: process.memoryUsage.rss(),
  }
}
