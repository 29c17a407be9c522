// Looks for what is wrong with a fleet, and says it by name.
import { X509Certificate } from 'node:crypto'
import { error, type Finding, warn } from './finding.ts'
import type { Member } from './member.ts'
import { steppedDown } from './membership/status.ts'
import { isOlder, newerVersion } from './nats/version.ts'
import type { EngineInfo } from './port/ports.ts'
import type { HostRecord } from './records.ts'
import type { Keeper } from './security/keeper.ts'
import { serverFindings } from './security/server-findings.ts'
import { isGuarded } from './settings.ts'

/** How far a clock may be off. */
const mostClockMs = 30_000

/**
 * `keeper`: where this host keeps the engine. `steppedDownFor`: the host that does in its place. `overdue`: servers of this host whose certificates
 * were to be made anew, and are not.
 */
type Keeping = {
  keeper?: Keeper | undefined
  steppedDownFor?: string | undefined
  overdue?: () => Promise<string[]>
}

export async function doctor(member: Member, keeping: Keeping = {}): Promise<Finding[]> {
  const { keeper, steppedDownFor } = keeping
  const { engine, tables, problem, silence, settings } = member
  const begunMs = performance.now()
  const probe = await engine.state.get('fleet')
  const tookMs = performance.now() - begunMs
  const info = engine.info()
  const hosts = [...tables.hosts.values()].map(({ record }) => record)
  return [
    ...[problem, silence || (tables.isSynced ? member.stillness() : '')].filter(Boolean).map(error),
    ...(steppedDownFor === undefined ? [] : [warn(steppedDown(steppedDownFor))]),
    ...(probe.ok ? [] : [error(`the engine does not answer: ${probe.message}`)]),
    ...engine.denied.map(one => error(`the engine does not permit this host to ${one}: look at its rights there`)),
    ...(tookMs > 500 ? [warn(`the engine took ${Math.round(tookMs)} ms to answer`)] : []),
    ...engineFindings(info, hosts.length),
    ...hostFindings(hosts, Date.now()),
    ...(settings.engine.kind === 'nats' && isGuarded(settings)
      ? authorityFindings(settings.engine.ca, Date.now())
      : []),
    ...((await keeping.overdue?.()) ?? []).map(name => warn(overdueText(name))),
    ...(await findingsOfServers(member, keeper)),
  ]
}

async function findingsOfServers(member: Member, keeper: Keeper | undefined): Promise<Finding[]> {
  const { engine, tables, settings } = member
  if (keeper) return await serverFindings(keeper, tables.engine?.servers ?? [])
  // One that is refused is answered by none of them, whatever they are like.
  if (engine.isRefused) return []
  return await elsewhereFindings({ engine, tables, settings, isAlive: host => member.isAlive(host) })
}

const overdueText = (server: string): string =>
  `the certificate of server ${server} of this host was to be made anew, and is not: "pod fleet renew" says what hinders it`

/** How long before its end an authority is told of. */
const authorityMs = 365 * 86_400_000

/** @param pem of the authority that signs the certificates of the servers */
export function authorityFindings(pem: string | undefined, nowMs: number): Finding[] {
  if (pem === undefined) return []
  const endsAtMs = Date.parse(new X509Certificate(pem).validTo)
  if (endsAtMs - nowMs > authorityMs) return []
  const text = `the authority of the fleet ${endsAtMs < nowMs ? 'has ended' : 'ends'} on ${new Date(endsAtMs).toISOString().slice(0, 10)}`
  return [(endsAtMs < nowMs ? error : warn)(`${text}: docs/FLEET.md tells how it gets another one`)]
}

/** What a host that does not keep the engine finds of the one that does, and of the servers, whether that answers or not. */
async function elsewhereFindings({ engine, tables, settings, isAlive }: Elsewhere): Promise<Finding[]> {
  const record = tables.engine
  const { host, fleet } = settings
  if (!record || settings.engine.kind !== 'nats') return []
  const by = record.keeper?.host ?? ''
  const { askKeeper } = await import('./security/serving.ts')
  const told = await askKeeper(engine.bus, host, { do: 'look' }).catch(() => undefined)
  if (told?.findings) return told.findings
  const keeps = by === '' ? 'the host that keeps the engine' : `host "${by}", which keeps the engine,`
  const isGone = by !== '' && !isAlive(by)
  const { silentOf } = await import('./security/probing.ts')
  const servers = record.servers.filter(({ isSpare }) => !isSpare)
  const silent = await silentOf(settings.engine, { fleet, servers })
  return [
    error(
      `${keeps} ${isGone ? 'is gone' : 'does not answer'}: nobody joins and no certificate is signed until it does, or another host keeps it`,
    ),
    ...silent.map(({ name, host, why }) => error(`server ${name} of host "${host}" does not answer: ${why}`)),
  ]
}

type Elsewhere = Pick<Member, 'engine' | 'tables' | 'settings'> & { isAlive: (host: string) => boolean }

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
