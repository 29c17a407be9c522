// Introduces runs to each other: a run that wants to call or publish is told where the others listen, and they are told
// to let it in. Their messages to each other do not pass through here.

import { randomBytes } from 'node:crypto'
import type { Meeting, Member, Subscriber } from '../../protocol/calls.ts'
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import { isWithin, joinPath, quote, runId, splitPath } from '../../protocol/names.ts'
import { callSocketOf } from '../bounds/apart.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { ShimPeer } from '../system/shims.ts'
import { findBehind, notUp, runsBehind } from '../tree/callees.ts'
import type { Groups } from '../tree/groups.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { wakeFor } from '../tree/wake-for.ts'
import { askerOf } from './asker.ts'
import { Elsewhere } from './elsewhere.ts'
import { Interests } from './interests.ts'

/** How long runs that answer at once wait for a run that does not: its loop may be blocked. */
const slowMs = 200
/** Subscribers that come within this time are announced together. */
const gatherMs = 5

type Named = { place: Place; pod: string; live: LiveRun }

/** A subscription of a run: topics that match `pattern`, of events that are published at `path`. */
type Subscription = { path: string; pattern: string }

/** A run at the other end of a link. */
export type Acquainted = Named & { peer: ShimPeer }

export class Introductions {
  #hosts: Hosts
  #interests = new Interests<PodSupervisor, ShimPeer>()
  #gone = new WeakSet<ShimPeer>()
  /** Which runs call which names that are not up in their own host, by the pods of that host. */
  #elsewhere = new WeakMap<Pods, Elsewhere<ShimPeer>>()
  #askedElsewhere = new WeakMap<ShimPeer, Elsewhere<ShimPeer>>()
  /** The hosts whose groups are watched. */
  #grouped = new WeakSet<Groups>()
  #subscribers = new Map<ShimPeer, { who: Acquainted; subscriptions: Subscription[] }>()
  #publishers = new Set<ShimPeer>()
  #telling: NodeJS.Timeout | undefined

  constructor(hosts: Hosts) {
    this.#hosts = hosts
  }

  /**
   * Which runs a name means. If the pod is not on the asker's host, the name begins with the path of a host within that
   * one. Waits for runs that are up but have not dialled this host yet.
   * @param have runs that the asker has a connection to
   * @throws {P8aError} `host_not_found`, `host_gone`, `pod_not_found`, `run_not_found`, `pod_not_up`
   */
  async resolve(asker: Acquainted, asked: { name: string; have: string[] }): Promise<Meeting[]> {
    try {
      return await this.#resolve(asker, asked)
    } catch (error) {
      if (!isAbsent(error) || !this.#isElsewhere(asker, asked.name)) throw error
      return [{ run: asked.name, relay: true }]
    }
  }

  async #resolve(asker: Acquainted, { name: full, have }: { name: string; have: string[] }): Promise<Meeting[]> {
    const { path, name } = splitPath(full)
    const place = this.#hosts.place(joinPath(asker.place.path, path))
    // If that host has a `call` handler, calls from outside go through it.
    if (path !== '' && this.#hosts.find(place.path)?.mounts.handlesFor(asker.live, 'call'))
      return [{ run: full, relay: true }]
    await wakeFor(place, name)
    const behind = findBehind(place.pods, name)
    if (behind.length === 0) throw notUp(behind, name)
    const isOver = () =>
      behind.some(({ supervisor, name }) => linkedBehind(supervisor, name).length > 0) ||
      behind.every(({ supervisor, name }) => runsBehind(supervisor, name).length === 0)
    const over = Promise.race(behind.map(({ supervisor }) => supervisor.until(isOver)))
    await within(over, place.seams.settings.callTimeout)
    const found = behind.flatMap(({ supervisor, name, member }) =>
      linkedBehind(supervisor, name).map(live => ({ place, pod: supervisor.name, live, member })),
    )
    if (found.length === 0) throw notUp(behind, name)
    for (const one of behind) this.#note(one.supervisor, asker.peer, { full, name: one.name })
    this.#noteGroups(place)
    const onLater = () => asker.peer.notify('moved', { name: full })
    const met = await this.#introduce(asker, found, { have, needsOne: true, onLater })
    const memberOf = new Map(found.flatMap(one => (one.member ? [[idOf(one), one.member] as const] : [])))
    const reaches = path === '' && this.#hosts.find(place.path)?.mounts.reachesFor(asker.live)
    if (met.length > 0)
      return met.map(meeting => withMember({ ...meeting, ...(reaches && { reaches }) }, memberOf.get(meeting.run)))
    // They ended before they could let anyone in: by now the name means others, or none.
    if (found.every(({ live }) => live.peer === undefined)) return await this.#resolve(asker, { name: full, have })
    throw new P8aError('pod_not_up', `Cannot call pod ${quote(name)}: it accepts no calls from other pods`, {
      hint: [
        { text: 'Restart it if an earlier version started it', do: { verb: 'restart', args: [name] } },
        { text: 'to see why', do: { verb: 'logs', options: { tag: 'link' } } },
      ],
      facts: { pod: name },
    })
  }

  /** A run subscribes to these and to no others. @throws {P8aError} `unsupported` for a host that is not within its own */
  subscribe(who: Acquainted, subscriptions: Subscription[]): void {
    for (const { path } of subscriptions) checkWithin(who, path)
    if (subscriptions.length > 0) this.#subscribers.set(who.peer, { who, subscriptions })
    else this.#subscribers.delete(who.peer)
    this.#tellPublishers()
  }

  /**
   * All runs that subscribe to events at `path`; the asker is told when others do.
   * @throws {P8aError} `unsupported` for a host that is not within its own
   */
  async subscribers(asker: Acquainted, { path, have }: { path: string; have: string[] }): Promise<Subscriber[]> {
    checkWithin(asker, path)
    this.#publishers.add(asker.peer)
    const all = [...this.#subscribers.values()].map(({ who, subscriptions }) => {
      return { who, patterns: subscriptions.filter(at => at.path === path).map(({ pattern }) => pattern) }
    })
    const others = all.filter(({ who, patterns }) => who.live !== asker.live && patterns.length > 0)
    const patternsOf = new Map(others.map(({ who, patterns }) => [idOf(who), patterns]))
    const met = await this.#introduce(
      asker,
      others.map(({ who }) => who),
      { have, needsOne: false, onLater: () => asker.peer.notify('moved', { name: null }) },
    )
    return met.map(meeting => ({ ...meeting, patterns: patternsOf.get(meeting.run) ?? [] }))
  }

  /** A link is gone. */
  forget(peer: ShimPeer): void {
    this.#publishers.delete(peer)
    this.#gone.add(peer)
    this.#interests.forget(peer)
    this.#askedElsewhere.get(peer)?.forget(peer)
    if (this.#subscribers.delete(peer)) this.#tellPublishers()
  }

  /**
   * Asks those of `runs` that the asker has no connection to, to let it in.
   * @param options.needsOne whether to wait for a first one, however long that takes
   * @param options.onLater called when a slow run has let the asker in after all
   */
  async #introduce(
    asker: Acquainted,
    runs: Named[],
    { have, needsOne, onLater }: { have: string[]; needsOne: boolean; onLater: () => void },
  ): Promise<Meeting[]> {
    const met: Meeting[] = runs.filter(run => have.includes(idOf(run))).map(run => ({ run: idOf(run) }))
    const strangers = runs.filter(run => !have.includes(idOf(run)))
    const first = Promise.withResolvers<void>()
    let isAnswered = false
    const admissions = strangers.map(async run => {
      const meeting = await this.#admit(asker, run)
      if (!meeting) return
      met.push(meeting)
      first.resolve()
      if (isAnswered) onLater()
    })
    const all = Promise.all(admissions)
    if (needsOne && met.length === 0) await Promise.race([all, first.promise])
    await within(all, slowMs)
    isAnswered = true
    return [...met]
  }

  async #admit(asker: Acquainted, run: Named): Promise<Meeting | undefined> {
    const { seams } = run.place
    const grant = randomBytes(18).toString('base64url')
    const socket = await callSocketOf(seams.paths, run.live.ticket)
    const admission = { grant, caller: idOf(asker), socket, by: askerOf(asker) }
    try {
      const timeoutMs = seams.settings.callTimeout
      const letIn = await run.live.peer?.request('admit', admission, { timeoutMs })
      return { run: idOf(run), socket, grant, ...(letIn?.tellsBegun && { tellsBegun: true }) }
    } catch (error) {
      seams.log.warn('link', `it did not let ${idOf(asker)} in`, { pod: run.pod, run: idOf(run), err: error })
      return undefined
    }
  }

  /** From now on the asker is told when the name means other runs. */
  #note(supervisor: PodSupervisor, peer: ShimPeer, { full, name }: { full: string; name: string }): void {
    if (this.#gone.has(peer)) return
    const isFirst = this.#interests.note(supervisor, peer, { full, name, known: numbersBehind(supervisor, name) })
    if (isFirst) supervisor.watch(() => this.#tellInterested(supervisor))
  }

  #tellInterested(supervisor: PodSupervisor): void {
    for (const [peer, names] of this.#interests.of(supervisor)) {
      for (const [full, { name, known }] of names) {
        const now = numbersBehind(supervisor, name)
        // While no run is up, there is none to switch to; a caller asks again anyway. And whoever asks wakes a pod whose last runs leave.
        if (now === known || now === '' || supervisor.asleep) continue
        names.set(full, { name, known: now })
        peer.notify('moved', { name: full })
      }
    }
  }

  /** Whether the owner of the asker's own host calls a pod for it that is not up there. From now on the asker is told when one is. */
  #isElsewhere({ place, live, peer }: Acquainted, name: string): boolean {
    if (splitPath(name).path !== '' || !this.#hosts.find(place.path)?.mounts.reachesFor(live)) return false
    const asked = this.#elsewhere.get(place.pods) ?? this.#watchFor(place.pods)
    if (this.#gone.has(peer)) return true
    asked.note(peer, name)
    this.#askedElsewhere.set(peer, asked)
    return true
  }

  #watchFor(pods: Pods): Elsewhere<ShimPeer> {
    const asked = new Elsewhere<ShimPeer>()
    this.#elsewhere.set(pods, asked)
    pods.watch({
      onChanged: supervisor => {
        const { name } = supervisor
        if (linkedBehind(supervisor, name).length === 0) return
        for (const peer of asked.take(name)) peer.notify('moved', { name })
      },
    })
    return asked
  }

  /** From now on whoever has resolved a name is told when that is a group, or is no more, or its weights are others. */
  #noteGroups({ pods }: Place): void {
    if (this.#grouped.has(pods.groups)) return
    this.#grouped.add(pods.groups)
    pods.groups.watch(changed => {
      const told = new Map<ShimPeer, Set<string>>()
      for (const { supervisor } of pods.values()) {
        for (const [peer, names] of this.#interests.of(supervisor)) {
          const fulls = [...names.keys()].filter(full => changed.has(splitPath(full).name))
          told.set(peer, new Set([...(told.get(peer) ?? []), ...fulls]))
        }
      }
      for (const [peer, fulls] of told) for (const name of fulls) peer.notify('moved', { name })
    })
  }

  #tellPublishers(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined
      for (const peer of this.#publishers) peer.notify('moved', { name: null })
    }, gatherMs)
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof P8aError && (error.code === 'pod_not_found' || error.code === 'pod_not_up')

/** Its run id, with the path of its host before it. */
function idOf({ place, pod, live }: Named): string {
  return joinPath(place.path, runId(pod, live.ref.number))
}

const withMember = (meeting: Meeting, member: Member | undefined): Meeting =>
  member ? { ...meeting, member } : meeting

/** @throws {P8aError} `unsupported` */
function checkWithin({ place }: Acquainted, path: string): void {
  if (isWithin(place.path, path)) return
  throw new P8aError('unsupported', `Cannot use events at ${quote(path)}: it is not within ${quote(place.path)}`)
}

function linkedBehind(supervisor: PodSupervisor, name: string): LiveRun[] {
  return runsBehind(supervisor, name).filter(live => live.peer !== undefined)
}

function numbersBehind(supervisor: PodSupervisor, name: string): string {
  return linkedBehind(supervisor, name)
    .map(live => live.ref.number)
    .sort((a, b) => a - b)
    .join(' ')
}

/** Waits for `work`, but no longer than `limitMs`. */
async function within(work: Promise<unknown>, limitMs: number): Promise<void> {
  const limit = Promise.withResolvers<void>()
  const timer = deadline(limit.resolve, limitMs)
  await Promise.race([work, limit.promise]).finally(() => clearTimeout(timer))
}
