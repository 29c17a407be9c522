// Where the runs of a pod are to be: a pure function of what is wanted and of what is known of the hosts. It knows no clock and no engine.
// Whoever calls it writes what it says with compare-and-set, so that of two that decide at once one does nothing.
import type { Duty, PodRecord, Report } from '../records.ts'
import type { Loads } from './loads.ts'

/** A host as whoever places sees it. */
export type HostView = {
  name: string
  isAlive: boolean
  /** It is dead, or is about to be. */
  isSilent: boolean
  /** Declared dead, so that nothing that is exclusive is left there. */
  isFenced: boolean
  /** Gone for some time, with nothing left to move. */
  isLost: boolean
  duty: Duty
  tags: readonly string[]
  memory: number
  pods: Readonly<Record<string, Report>>
}

export type Placed = {
  assigned: Record<string, number>
  waits: string
  /** Hosts that are to be declared dead first: then it is decided again. */
  fence: string[]
  /** Of an exclusive pod, where that is to change. */
  holder?: string
}

export type Wanted = Pick<
  PodRecord,
  'name' | 'want' | 'scale' | 'tags' | 'isPacked' | 'isExclusive' | 'memory' | 'assigned' | 'holder' | 'turn'
>

/** By their names. */
export type Hosts = ReadonlyMap<string, HostView>

export const hostsOf = (views: readonly HostView[]): Hosts => new Map(views.map(view => [view.name, view]))

/** @param loads of all pods, which take room too */
export function place(pod: Wanted, hosts: Hosts, loads: Loads): Placed {
  if (pod.want === 'idle') return { assigned: {}, waits: '', fence: [] }
  if (pod.isExclusive) return placeExclusive(pod, hosts, loads)
  const stays = (name: string) => hosts.get(name)?.isAlive === true && hasTags(pod, hosts.get(name))
  const kept = Object.entries(pod.assigned).filter(([name, count]) => count > 0 && stays(name))
  const leaving = kept.filter(([name]) => hosts.get(name)?.duty === 'draining')
  const assigned = Object.fromEntries(kept.filter(([name]) => hosts.get(name)?.duty !== 'draining'))
  while (sum(assigned) > pod.scale) lessen(assigned)
  const missing = fill(pod, assigned, { hosts, loads })
  // What has to go stays until what comes in its place is up.
  const isReplaced = Object.entries(assigned).every(([name, count]) => isUp(pod, hosts.get(name), count))
  if (missing > 0 || !isReplaced) for (const [name, count] of leaving) assigned[name] = count
  const why = missing > 0 ? whyNot(pod, hosts) : ''
  return { assigned, waits: why && `${missing} of ${pod.scale} runs wait: ${why}`, fence: [] }
}

/**
 * It is assigned to one host at most, and to another only when `holder` is empty. The holder empties it itself once its run has ended; of a
 * host that was declared dead, whoever places does.
 */
function placeExclusive(pod: Wanted, hosts: Hosts, loads: Loads): Placed {
  const [assignee] = Object.keys(pod.assigned)
  const name = pod.holder === '' ? assignee : pod.holder.split('/')[0]
  const at = hosts.get(name ?? '')
  const isWell = at?.isAlive && !at.isFenced && at.duty !== 'draining' && hasTags(pod, at)
  if (at && isWell && (pod.holder === '' || at.name === assignee))
    return { assigned: { [at.name]: 1 }, waits: '', fence: [] }
  if (at && !at.isAlive && !at.isFenced)
    return {
      assigned: pod.assigned,
      waits: `waits until host "${at.name}" is known to have ended it`,
      fence: [at.name],
    }
  if (at && !at.isFenced && pod.holder !== '')
    return { assigned: {}, waits: `is ended on host "${at.name}" first`, fence: [] }
  const assigned: Record<string, number> = {}
  const missing = fill({ ...pod, scale: 1 }, assigned, { hosts, loads })
  const waits = missing > 0 ? whyNot(pod, hosts) : ''
  return { assigned, waits, fence: [], ...(pod.holder !== '' && { holder: '' }) }
}

/** Gives each run that is missing to the host that suits it best. @returns how many suit none */
function fill(pod: Wanted, assigned: Record<string, number>, { hosts, loads }: { hosts: Hosts; loads: Loads }): number {
  let missing = pod.scale - sum(assigned)
  if (missing <= 0) return 0
  const open = [...hosts.values()]
    .filter(host => isOpen(host) && hasTags(pod, host))
    .map(host => ({ ...loads.ofOthers(pod.name, host.name), host }))
  while (missing > 0) {
    let best: Candidate | undefined
    for (const one of open) if (hasRoom(pod, one, assigned) && (!best || rank(pod, one, best, assigned) < 0)) best = one
    if (!best) return missing
    const { name } = best.host
    assigned[name] = (assigned[name] ?? 0) + 1
    missing--
  }
  return 0
}

/** A host with what other pods have there. */
type Candidate = { host: HostView; runs: number; memory: number }

/** Spread: where the fewest runs of this pod are, then the fewest of all. Packed: where the most are. */
function rank(pod: Wanted, a: Candidate, b: Candidate, assigned: Readonly<Record<string, number>>): number {
  const [ofA, ofB] = [assigned[a.host.name] ?? 0, assigned[b.host.name] ?? 0]
  const load = ofA + a.runs - (ofB + b.runs)
  const used = pod.isPacked ? -load : ofA - ofB || load
  return used || (a.host.name < b.host.name ? -1 : 1)
}

/** Room is what pods say that they may use: what says nothing takes none. */
function hasRoom(pod: Wanted, { host, memory }: Candidate, assigned: Readonly<Record<string, number>>): boolean {
  return pod.memory === 0 || memory + ((assigned[host.name] ?? 0) + 1) * pod.memory <= host.memory
}

const isOpen = ({ isAlive, isFenced, duty }: HostView): boolean => isAlive && !isFenced && duty === 'active'
const hasTags = ({ tags }: Wanted, host: HostView | undefined): boolean =>
  tags.every(tag => host?.tags.includes(tag) === true)
const sum = (assigned: Readonly<Record<string, number>>): number =>
  Object.values(assigned).reduce((all, more) => all + more, 0)

function isUp(pod: Wanted, host: HostView | undefined, count: number): boolean {
  const report = host?.pods[pod.name]
  return report !== undefined && report.turn === pod.turn && (report.isEnough === true || report.up >= count)
}

/** Takes a run from where the most are. */
function lessen(assigned: Record<string, number>): void {
  const [most] = Object.entries(assigned).sort(([a, one], [b, other]) => other - one || (a < b ? 1 : -1))
  if (!most) return
  if (most[1] > 1) assigned[most[0]] = most[1] - 1
  else delete assigned[most[0]]
}

function whyNot(pod: Wanted, hosts: Hosts): string {
  const tagged = [...hosts.values()].filter(host => hasTags(pod, host))
  const tags = pod.tags.map(tag => `"${tag}"`).join(' and ')
  if (tagged.length === 0) return `no host has the tag ${tags}`
  if (!tagged.some(isOpen)) return `no host that may have it is there, and takes pods`
  return 'there is no room on any host'
}
