// How a fleet is, as this host knows it.
import type { Member } from '../member.ts'
import type { Duty, HostRecord } from '../records.ts'

/** `gone`: it is silent for too long, or was declared dead. */
export type HostStatus = 'gone' | Duty

export type FleetStatus = {
  fleet: string
  host: string
  engine: object
  isUp: boolean
  problem: string
  /** The host that keeps an engine of the fleet's own; empty where none is known. */
  keeper: string
  hosts: { name: string; status: HostStatus; runs: number }[]
  pods: number
}

/** @param steppedDownFor the host that keeps the engine in the place of this one, if it did before */
export function statusOf(member: Member, steppedDownFor?: string): FleetStatus {
  const { tables, settings, engine } = member
  const hosts = [...tables.hosts.values()].map(({ record }) => ({
    name: record.name,
    status: hostStatusOf(member, record),
    tags: record.tags,
    pods: Object.keys(record.pods).length,
    runs: Object.values(record.pods).reduce((sum, { up, runs }) => sum + Math.max(up, runs.length), 0),
    p8a: record.p8a,
    memory: record.memory,
  }))
  hosts.sort((a, b) => (a.name < b.name ? -1 : 1))
  const refusal = engine.isRefused ? engine.problem : ''
  const stepped = steppedDownFor === undefined ? '' : steppedDown(steppedDownFor)
  const problem = [stepped, problemOf(member, refusal)].filter(Boolean).join('. ')
  return {
    fleet: settings.fleet,
    host: settings.host,
    engine: engine.info(),
    isUp: tables.isSynced,
    problem,
    keeper: tables.engine?.keeper?.host ?? '',
    hosts,
    pods: tables.pods.size,
  }
}

export const steppedDown = (by: string): string =>
  `Host "${by}" keeps the engine of the fleet now, and this host no more: its keys.json is keys.json.old`

const problemOf = (member: Member, refusal: string): string =>
  member.problem || refusal || (member.tables.isSynced ? member.silence : '') || member.stillness()

/** The same in one line, as the text of a fleet pod. @param member undefined where this host is in no fleet */
export function textOf(member: Member | undefined): string {
  if (!member) return 'in no fleet: pod fleet init, or pod fleet join'
  const { tables, problem, silence } = member
  if (problem) return problem
  if (member.engine.isRefused) return member.engine.problem
  if (!tables.isSynced) return 'the engine is away'
  if (silence) return silence
  const still = member.stillness()
  if (still) return still
  return `host "${member.settings.host}" of ${tables.hosts.size}, ${tables.pods.size} pods`
}

function hostStatusOf(member: Member, { name, isFenced }: HostRecord): HostStatus {
  return isFenced || !member.isAlive(name) ? 'gone' : (member.tables.duties.get(name) ?? 'active')
}
