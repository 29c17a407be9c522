// Looks for what is wrong with a fleet, and says it by name.

import type { Member } from './member.ts'
import { isOlder, newerVersion } from './nats/version.ts'
import type { EngineInfo } from './port/ports.ts'
import type { EngineServer, HostRecord } from './records.ts'
import type { Keeper } from './security/keeper.ts'

export type Finding = { level: 'error' | 'warn'; text: string }

/** How far a clock may be off. */
const mostClockMs = 30_000

/** @param keeper where this host keeps the engine: then its servers are asked too */
export async function doctor({ engine, tables, problem, silence }: Member, keeper?: Keeper): Promise<Finding[]> {
  const begunMs = performance.now()
  const probe = await engine.state.get('fleet')
  const tookMs = performance.now() - begunMs
  const info = engine.info()
  const hosts = [...tables.hosts.values()].map(({ record }) => record)
  return [
    ...[problem, silence].filter(Boolean).map(error),
    ...(probe.ok ? [] : [error(`the engine does not answer: ${probe.message}`)]),
    ...engine.denied.map(one => error(`the engine does not permit this host to ${one}: look at its rights there`)),
    ...(tookMs > 500 ? [warn(`the engine took ${Math.round(tookMs)} ms to answer`)] : []),
    ...engineFindings(info, hosts.length),
    ...hostFindings(hosts, Date.now()),
    ...(keeper ? await serverFindings(keeper, tables.engine?.servers ?? []) : []),
  ]
}

/** @param known the servers that the engine is to have */
export async function serverFindings(
  keeper: Pick<Keeper, 'settingsOfServers'>,
  known: readonly Pick<EngineServer, 'name' | 'host'>[],
): Promise<Finding[]> {
  try {
    const servers = await keeper.settingsOfServers(Math.max(known.length, 1))
    const silent = known.filter(({ name }) => servers.every(server => server.name !== name))
    const unsafe = servers.filter(({ isSynced }) => !isSynced)
    return [
      ...silent.map(({ name, host }) => error(`server ${name} of host "${host}" does not answer`)),
      ...unsafe.map(({ name }) =>
        error(`server ${name} acknowledges what is not on its disk: its configuration needs sync_interval: always`),
      ),
    ]
  } catch (failure) {
    return [error(`the servers of the engine do not answer: ${(failure as Error).message}`)]
  }
}

export function engineFindings({ kind, version, replicas }: EngineInfo, hosts: number): Finding[] {
  if (kind !== 'nats') return []
  return [
    // An engine that is away tells no version.
    ...(version !== '' && isOlder(version, newerVersion)
      ? [warn(`nats-server ${version} has known faults: ${newerVersion} or newer is better`)]
      : []),
    ...(replicas < 3 && hosts > 1
      ? [warn('one server keeps all values: while it is away nothing can be changed, and nobody takes over')]
      : []),
  ]
}

export function hostFindings(hosts: readonly HostRecord[], nowMs: number): Finding[] {
  const newest = hosts
    .map(({ p8a }) => p8a)
    .sort()
    .at(-1)
  return hosts.flatMap(({ name, atMs, p8a, isFenced }) => [
    ...(isFenced ? [error(`host "${name}" was declared dead, and is not back`)] : []),
    ...(!isFenced && Math.abs(nowMs - atMs) > mostClockMs
      ? [
          warn(
            `the clock of host "${name}" is ${Math.round(Math.abs(nowMs - atMs) / 1000)} s off, or it is gone: times in its logs are not those of others`,
          ),
        ]
      : []),
    ...(p8a !== newest ? [warn(`host "${name}" has p8a ${p8a}, others ${newest}`)] : []),
  ])
}

const error = (text: string): Finding => ({ level: 'error', text })
const warn = (text: string): Finding => ({ level: 'warn', text })
