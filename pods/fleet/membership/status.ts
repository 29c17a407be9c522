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
  hosts: { name: string; status: HostStatus; runs: number }[]
  pods: number
}

export function statusOf(member: Member): FleetStatus {
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
  const problem = member.problem || refusal || (tables.isSynced ? member.silence : '') || member.stillness()
  return {
    fleet: settings.fleet,
    host: settings.host,
    engine: engine.info(),
    isUp: tables.isSynced,
    problem,
    hosts,
    pods: tables.pods.size,
  }
}

/** The same in one line, as the text of a fleet pod. @param member undefined where this host is in no fleet */
export function textOf(member: Member | undefined): string {
  if (!member) return 'in no fleet: pod fleet init, or pod fleet join'
  const { tables, problem, silence } = member
  if (problem) return problem
  if (member.engine.isRefused) return member.engine.problem
  if (!tables.isSynced) return 'the engine is away'
  if (silence) return silence
  return `host "${member.settings.host}" of ${tables.hosts.size}, ${tables.pods.size} pods`
}

function hostStatusOf(member: Member, { name, isFenced }: HostRecord): HostStatus {
  return isFenced || !member.isAlive(name) ? 'gone' : (member.tables.duties.get(name) ?? 'active')
}
