// Which runs a pod's name means: asks the host once, keeps the connections, and picks one for each call.
import type { Meeting, Member } from '../../protocol/calls.ts'
import { rendezvous } from '../../protocol/rendezvous.ts'
import { Shares } from '../../protocol/shares.ts'
import type { Call, Place } from './call.ts'
import type { Dialled } from './dialled.ts'
import type { AskHost } from './host-line.ts'
import { hostGone } from './late.ts'
import { Relay } from './relay.ts'

/** A run may end while it is dialled: by then the name means others. A call is sent so often at most, and each time it waits so much longer. */
const mostMissed = 10
const againMs = 10

/** What a call can be sent on. */
type Way = Pick<Dialled, 'callee' | 'busy' | 'send' | 'retire'>

/** A name, what is known about it, and the calls that wait until something is. */
type Entry = Place & {
  runs: Way[]
  /** Of a group: which pod a run is of, and the share of that. */
  members: Map<Way, Member>
  /** Of a group: whose turn it is. */
  shares: Shares
  waiting: Set<Call>
  /** The run that is next among those that are equally busy. */
  turn: number
  isMeeting: boolean
  /** Whether other runs may be up by now: the host said so, or may have missed to say so while it was gone. */
  isStale: boolean
}

export class Directory {
  #host: AskHost
  #entries = new Map<string, Entry>()
  /** By run, whatever names mean it. */
  #dialled = new Map<string, Way>()

  constructor(host: AskHost) {
    this.#host = host
  }

  start(name: string, call: Call): void {
    const entry = this.#entries.get(name) ?? this.#enter(name)
    const run = pick(entry, call)
    call.to = name
    if (run) run.send(call)
    else {
      call.place = entry
      entry.waiting.add(call)
    }
    if (!run || entry.isStale) void this.#meet(entry)
  }

  /** `name` means other runs than before. */
  onMoved(name: string): void {
    const entry = this.#entries.get(name)
    if (!entry) return
    entry.isStale = true
    // Runs that are about to end are dropped at once, so that none of them gets another call.
    void this.#meet(entry)
  }

  /** There is a host again, which does not know what we know. */
  onLinked(): void {
    for (const entry of this.#entries.values()) entry.isStale = true
  }

  #enter(name: string): Entry {
    const waiting = new Set<Call>()
    const entry: Entry = {
      callee: name,
      runs: [],
      members: new Map(),
      shares: new Shares(Math.random()),
      waiting,
      turn: 0,
      isMeeting: false,
      isStale: false,
      cancel: () => {},
      forget: call => void waiting.delete(call),
      lateness: call => (this.#host.isGone ? hostGone(name, call) : undefined),
    }
    this.#entries.set(name, entry)
    return entry
  }

  async #meet(entry: Entry): Promise<void> {
    if (entry.isMeeting) return
    entry.isMeeting = true
    try {
      do {
        entry.isStale = false
        const have = [...this.#dialled.keys()]
        const met = await this.#host.ask('resolve', { name: entry.callee, have })
        // Only calls need it, so the first call loads it.
        const { Dialled } = await import('./dialled.ts')
        this.#take(entry, met, ({ run, socket, grant, tellsBegun = false, relay, reaches = false }) => {
          if (relay) return new Relay(run, this.#host)
          if (socket === undefined || grant === undefined) return undefined
          const isLeaving = () => this.#host.isLeaving
          const sendAgain = (call: Call) => this.#sendAgain(call)
          const forget = (dialled: Way) => this.#forget(dialled)
          const dialling = { run, socket, grant, tellsBegun, reaches, isLeaving, onLeft: forget, sendAgain }
          return new Dialled(dialling, forget)
        })
        this.#sendWaiting(entry)
      } while (entry.waiting.size > 0)
    } catch (error) {
      for (const call of takeAll(entry.waiting)) call.fail(error)
    } finally {
      entry.isMeeting = false
    }
  }

  #take(entry: Entry, met: Meeting[], open: (meeting: Meeting) => Way | undefined): void {
    const before = entry.runs
    const members = new Map<Way, Member>()
    entry.runs = met.flatMap(meeting => {
      const way = (meeting.relay ? undefined : this.#dialled.get(meeting.run)) ?? open(meeting)
      if (!way) return []
      if (!meeting.relay) this.#dialled.set(meeting.run, way)
      if (meeting.member) members.set(way, meeting.member)
      return [way]
    })
    entry.members = members
    for (const run of before) if (!entry.runs.includes(run)) this.#retire(run)
  }

  #sendWaiting(entry: Entry): void {
    for (const call of takeAll(entry.waiting)) {
      const run = pick(entry, call)
      if (run) run.send(call)
      else entry.waiting.add(call)
    }
  }

  /** Whoever names one run reaches that one anew, if it is still there. Whoever has a call made once learns at once that it was not. */
  #sendAgain(call: Call): boolean {
    const entry = this.#entries.get(call.to)
    if (!entry || call.isOnce || ++call.missed > mostMissed) return false
    call.place = entry
    entry.waiting.add(call)
    // Its host may not know yet that the run has gone.
    setTimeout(() => entry.waiting.has(call) && void this.#meet(entry), call.missed * againMs)
    return true
  }

  #retire(run: Way): void {
    this.#forget(run)
    run.retire()
  }

  #forget(gone: Way): void {
    if (this.#dialled.get(gone.callee) === gone) this.#dialled.delete(gone.callee)
    for (const entry of this.#entries.values()) entry.runs = entry.runs.filter(run => run !== gone)
  }
}

/** The run with the fewest of our calls under way; equal ones take turns. */
function pick(entry: Entry, { key }: Pick<Call, 'key'>): Way | undefined {
  const runs = ofOneMember(entry, key)
  if (runs.length < 2) return runs[0]
  let [best, at] = [runs[entry.turn % runs.length], entry.turn]
  for (let step = 1; step < runs.length; step++) {
    const run = runs[(entry.turn + step) % runs.length]
    if (run && best && run.busy < best.busy) [best, at] = [run, entry.turn + step]
  }
  entry.turn = (at + 1) % runs.length
  return best
}

/** The runs of one pod of a group: for a key always the same one while it is there, else each as often as its weight says. Without a group all. */
function ofOneMember({ runs, members, shares }: Entry, key: string | undefined): Way[] {
  if (members.size === 0) return runs
  const pods = new Map(runs.flatMap(run => (members.get(run) ? [[members.get(run)?.pod, members.get(run)]] : [])))
  const known = [...pods.values()].flatMap(member => member ?? [])
  const chosen = key === undefined ? shares.next(known) : rendezvous(known, { key, nameOf: ({ pod }) => pod })
  return runs.filter(run => members.get(run)?.pod === chosen?.pod)
}

function takeAll(calls: Set<Call>): Call[] {
  const all = [...calls]
  calls.clear()
  return all
}
