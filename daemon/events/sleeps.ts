// How long pods have slept, and what memory that left to others, by the events of the journal: read once, and from then on only what came
// since.
import type { HostEvent } from '../../protocol/events.ts'
import { isWithin } from '../../protocol/names.ts'
import type { Journal } from './journal.ts'
import { keyOf } from './memory.ts'
import { allFrom } from './reading.ts'

/** `memory`: what it held when it fell asleep last, as far as that is known. `since`: it sleeps. */
type Sleeper = {
  path: string
  name: string
  asleepMs: number
  byteMs: number
  naps: number
  memory: number
  since?: number
}

export type Slept = Omit<Sleeper, 'memory' | 'since'> & { isAsleep: boolean; isGone: boolean }

const types = ['asleep', 'woke', 'started', 'restarted', 'stopped', 'removed'] as const

export class Sleeps {
  #journal: Journal
  #at = 0
  #pods = new Map<string, Sleeper>()
  #gone = new Map<string, Sleeper>()
  #reading: Promise<void> | undefined
  /** When the oldest event was told that is kept. */
  #sinceMs: number | undefined

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** From when on it is known; undefined where nothing has happened. */
  get sinceMs(): number | undefined {
    return this.#sinceMs
  }

  /** Of the pods of a host and of those within it, until now. */
  async until(nowMs: number, path: string): Promise<Slept[]> {
    this.#reading ??= this.#catchUp().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
    const all = [...this.#pods.values()].map(pod => ({ pod, isGone: false }))
    const gone = [...this.#gone.values()].map(pod => ({ pod, isGone: true }))
    return [...all, ...gone]
      .filter(({ pod }) => isWithin(path, pod.path))
      .map(({ pod: { memory, since, ...pod }, isGone }) => {
        const nowAsleepMs = since === undefined ? 0 : Math.max(0, nowMs - since)
        const asleepMs = pod.asleepMs + nowAsleepMs
        return { ...pod, asleepMs, byteMs: pod.byteMs + nowAsleepMs * memory, isAsleep: since !== undefined, isGone }
      })
  }

  async #catchUp(): Promise<void> {
    const { last } = this.#journal
    if (this.#at >= last) return
    for await (const event of allFrom(this.#journal, this.#at + 1)) {
      this.#at = event.number
      this.#sinceMs ??= Date.parse(event.at)
      if ((types as readonly string[]).includes(event.type)) this.#take(event)
    }
    // A file may have gone while it was read.
    this.#at = Math.max(this.#at, last)
  }

  #take(event: HostEvent): void {
    if (event.pod === undefined) return
    const key = keyOf({ path: event.path, pod: event.pod })
    const known = this.#pods.get(key)
    if (event.type === 'asleep') {
      const pod = known ?? { path: event.path, name: event.pod, asleepMs: 0, byteMs: 0, naps: 0, memory: 0 }
      this.#pods.set(key, {
        ...pod,
        naps: pod.naps + 1,
        memory: event.memory ?? pod.memory,
        since: Date.parse(event.since),
      })
      return
    }
    if (!known) return
    const pod = awake(known, Date.parse(event.at))
    if (event.type !== 'removed') return void this.#pods.set(key, pod)
    this.#pods.delete(key)
    const before = this.#gone.get(event.path)
    this.#gone.set(event.path, {
      ...pod,
      asleepMs: pod.asleepMs + (before?.asleepMs ?? 0),
      byteMs: pod.byteMs + (before?.byteMs ?? 0),
      naps: pod.naps + (before?.naps ?? 0),
    })
  }
}

function awake({ since, ...pod }: Sleeper, atMs: number): Sleeper {
  if (since === undefined) return pod
  const sleptMs = Math.max(0, atMs - since)
  return { ...pod, asleepMs: pod.asleepMs + sleptMs, byteMs: pod.byteMs + sleptMs * pod.memory }
}
