// Work of the fleet: each host has a queue of its own, on its disk. An item is given to one of them, and is asked for there. What is decided:
// decide/queue-host.ts.
import type { Asked, P8a, QueueVerb } from 'p8a'
import { byLoad, hostOfKey, ringOf, splitHost } from '../decide/queue-host.ts'
import type { Engine } from '../port/ports.ts'
import type { PodRecord } from '../records.ts'
import { ask } from './asking.ts'
import { changePod } from './change.ts'
import { fleetError, podNotFound } from './errors.ts'
import type { Tables } from './tables.ts'

export type QueueingOptions = {
  p8a: Pick<P8a, 'verbs'>
  /** The path of the namespace in which the pods are. */
  path: string
  host: string
  engine: Pick<Engine, 'state' | 'bus'>
  tables: Pick<Tables, 'pods' | 'hosts' | 'hostsWith' | 'isSynced'>
  isAlive: (host: string) => boolean
}

type Params = {
  name?: string
  id?: string
  key?: string
  ids?: 'all' | string[]
  waitMs?: number
  limit?: number
  offset?: number
}
type Item = { id: string; addedAt: string; run?: string; queue: string }
type Queue = { name: string; counts: Record<string, number>; worker?: { runs: number } }
type Failure = Error & { code?: string }

/** How long another host may take to answer, beside what it waits for. */
const answerMs = 5000
/** As many items as a host tells at once. */
const mostItems = 1000

/** With these nothing was stored, and another host may have room. */
const undone = ['fleet_unavailable', 'pod_not_up', 'pod_not_found', 'queue_full']

export class Queueing {
  #options: QueueingOptions
  #isKnown = (host: string): boolean => this.#options.tables.hosts.has(host)

  constructor(options: QueueingOptions) {
    this.#options = options
  }

  /**
   * Answers a method about work. Ids of items, and names of queues, have their host in front, as runs have.
   * @throws what the queue of the host throws; `fleet_unavailable` where it was not reached; `outcome_unknown` where it may have done it
   */
  async do(verb: QueueVerb, params: Params, { signal }: Pick<Asked, 'signal'>): Promise<unknown> {
    const { name, host } = this.#named(params.name)
    const of = { ...params, ...(name !== undefined && { name }) }
    if (verb === 'list') return { queues: await this.#list(name, host, signal) }
    if (name === undefined) throw fleetError('pod_not_found', 'No worker is named')
    const record = this.#found(name)
    if (verb === 'add') return await this.#add(record, of, signal)
    const hosts = host === undefined ? this.#hostsOf(record) : [host]
    if (verb === 'items') return { items: await this.#items(of, hosts, signal) }
    if (verb === 'pause' || verb === 'resume') {
      await this.#each(verb, hosts, () => of, signal)
      return { name, isPaused: verb === 'pause' }
    }
    if (verb === 'item' || verb === 'cancel') {
      const [at, id] = await this.#find(of.id ?? '', hosts, { name, signal })
      return shown(at, await this.#at<Item>(at, verb, { ...of, id }, signal))
    }
    return await this.#some(verb, { ...of, name }, hosts, signal)
  }

  async #add(record: PodRecord, params: Params, signal: AbortSignal): Promise<unknown> {
    const { name } = record
    if (record.isExclusive)
      throw fleetError(
        'unsupported',
        `Cannot enqueue for pod "${name}" of a fleet: it is exclusive, and its host may change`,
        'Start it without exclusive',
      )
    const { host: named, rest } = splitHost(params.id ?? '', this.#isKnown)
    const key = params.key ?? params.id
    const asked = { ...params, ...(params.id !== undefined && { id: rest }) }
    const to = async (host: string) => {
      const added = await this.#at<Item>(host, 'add', asked, signal)
      return { ...added, id: `${host}.${added.id}` }
    }
    if (key === undefined || named !== undefined) {
      const add = async (host: string) => {
        await this.#keep(record, host, { isOfRing: false })
        return await to(host)
      }
      return named === undefined ? await this.#toNearest(record, add, signal) : await add(named)
    }
    const host = await this.#ofKey(record, key)
    if (!this.#isThere(host))
      throw fleetError(
        'fleet_unavailable',
        `Cannot enqueue for pod "${name}": host "${host}" has what is of this id or key, and is gone`,
        [
          { text: 'Nothing was stored: ask again once it is back' },
          { text: 'to give up what it has', do: { verb: 'fleet forget', args: [host], remote: 'HOST' } },
        ],
      )
    return await to(host)
  }

  /** The host that has what is of a key, once the record says so for all hosts. */
  async #ofKey(record: PodRecord, key: string): Promise<string> {
    const host = hostOfKey(ringOf(record, this.#isKnown), key)
    if (host === undefined) throw nowhere(record.name)
    const kept = await this.#keep(record, host, { isOfRing: true })
    // Another host may have begun the ring meanwhile, with other hosts in it.
    return hostOfKey(ringOf(kept, this.#isKnown), key) === host ? host : await this.#ofKey(kept, key)
  }

  /** Here, if the worker is here; else where the least waits for each run. */
  async #toNearest(record: PodRecord, add: (host: string) => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    const { tables, host: here } = this.#options
    const { name } = record
    const isUp = ({ name: at, pods }: ReturnType<Tables['hostsWith']>[number]) =>
      this.#isThere(at) && record.assigned[at] !== undefined && pods[name]?.status !== 'error'
    const hosts = tables
      .hostsWith(name)
      .filter(isUp)
      .map(({ name }) => name)
    let last: unknown
    const tryAt = async (host: string) => {
      try {
        return { added: await add(host) }
      } catch (error) {
        last = error
        if (!undone.includes((error as Failure).code ?? '')) throw error
        return undefined
      }
    }
    const own = hosts.includes(here) ? await tryAt(here) : undefined
    if (own) return own.added
    for (const host of await this.#byLoad(
      name,
      hosts.filter(host => host !== here),
      signal,
    )) {
      const other = await tryAt(host)
      if (other) return other.added
    }
    throw last ?? nowhere(name)
  }

  async #byLoad(name: string, hosts: string[], signal: AbortSignal): Promise<string[]> {
    const asked = await this.#ask<{ queues: Queue[] }>('list', hosts, () => ({ name }), signal)
    const loads = asked.map(({ host, value }) => {
      const { counts, worker } = value?.queues[0] ?? {}
      // One that does not tell comes last.
      const waiting = counts ? (counts.waiting ?? 0) + (counts.held ?? 0) + (counts.running ?? 0) : Number.MAX_VALUE
      return { host, waiting, runs: worker?.runs ?? 0 }
    })
    return byLoad(loads)
  }

  /** Before an item is given to a host: its record says that it keeps the worker, and among which hosts those of keys are divided. */
  async #keep(known: PodRecord, host: string, { isOfRing }: { isOfRing: boolean }): Promise<PodRecord> {
    const { name } = known
    const { engine, tables } = this.#options
    const next = (record: PodRecord): PodRecord => {
      const queues = (record.queues ?? []).filter(this.#isKnown)
      const ring = isOfRing ? ringOf(record, this.#isKnown) : record.ring
      const isKept = queues.includes(host) && ring?.length === record.ring?.length
      return isKept ? record : { ...record, queues: [...new Set([...queues, host])], ...(ring && { ring }) }
    }
    if (next(known) === known) return known
    if (!tables.isSynced)
      throw fleetError(
        'fleet_unavailable',
        `Cannot enqueue for pod "${name}": host "${host}" was given none of its items yet, and the engine is away`,
        'Nothing was stored: ask again',
      )
    const kept = await changePod(engine, name, record => {
      if (!record) throw podNotFound(name)
      return next(record)
    })
    return kept ?? known
  }

  /** Those of all hosts, by pod and host; of a host that is gone it is said so. */
  async #list(name: string | undefined, at: string | undefined, signal: AbortSignal): Promise<unknown[]> {
    const { tables } = this.#options
    const records = name === undefined ? [...tables.pods.values()].map(({ record }) => record) : [this.#found(name)]
    const isMeant = (host: string) => at === undefined || host === at
    const hosts = name === undefined ? [...tables.hosts.keys()] : records.flatMap(record => this.#hostsOf(record))
    const asked = await this.#ask<{ queues: Queue[] }>('list', hosts.filter(isMeant), () => ({ name }), signal)
    const told = asked.flatMap(({ host, value }) =>
      (value?.queues ?? []).map(queue => ({
        pod: queue.name,
        host,
        queue: { ...queue, name: `${host}.${queue.name}` },
      })),
    )
    const silent = new Map(asked.flatMap(({ host, error }) => (error && isSilence(error) ? [[host, error]] : [])))
    const away = records.flatMap(record =>
      (record.queues ?? [])
        .filter(host => silent.has(host))
        .map(host => ({ pod: record.name, host, queue: awayQueue(host, record.name) })),
    )
    const refused = asked.find(({ error }) => error && !isSilence(error))?.error
    if (told.length + away.length === 0 && name !== undefined && refused) throw refused
    return [...told, ...away]
      .sort((a, b) => (a.pod === b.pod ? (a.host < b.host ? -1 : 1) : a.pod < b.pod ? -1 : 1))
      .map(({ queue }) => queue)
  }

  async #items(params: Params, hosts: string[], signal: AbortSignal): Promise<Item[]> {
    const { limit = 100, offset = 0 } = params
    if (hosts.length > 1 && offset + limit > mostItems)
      throw fleetError(
        'bad_params',
        `Cannot tell more than the first ${mostItems} items of all hosts`,
        `Ask one host: ${hosts.map(host => `${host}.${params.name}`).join(', ')}`,
      )
    const [only] = hosts
    const of = hosts.length === 1 ? params : { ...params, limit: offset + limit, offset: 0 }
    const asked = await this.#ask<{ items: Item[] }>('items', hosts, () => of, signal)
    if (hosts.length === 1 && only !== undefined && asked[0]?.error) throw asked[0].error
    const all = asked.flatMap(({ host, value }) => (value?.items ?? []).map(item => shown(host, item)))
    if (hosts.length === 1) return all
    return all.sort((a, b) => (a.addedAt < b.addedAt ? -1 : 1)).slice(offset, offset + limit)
  }

  /** `retry`, `drop`, `move`: of those that are named, or of all, on each host that has some. */
  async #some(
    verb: QueueVerb,
    params: Params & { name: string },
    hosts: string[],
    signal: AbortSignal,
  ): Promise<unknown> {
    const { ids = [], name } = params
    if (ids === 'all') return { count: await this.#each(verb, hosts, () => params, signal) }
    const byHost = new Map<string, string[]>()
    for (const text of ids) {
      const [host, id] = await this.#find(text, hosts, { name, signal })
      byHost.set(host, [...(byHost.get(host) ?? []), id])
    }
    const of = (host: string) => ({ ...params, ids: byHost.get(host) ?? [] })
    return { count: await this.#each(verb, [...byHost.keys()], of, signal) }
  }

  /** @returns how many items it was done to, on all of them. @throws the first failure, with what was done */
  async #each(verb: QueueVerb, hosts: string[], of: (host: string) => Params, signal: AbortSignal): Promise<number> {
    const asked = await this.#ask<{ count?: number }>(verb, hosts, of, signal)
    const failed = asked.find(({ error }) => error)
    if (!failed?.error) return asked.reduce((sum, { value }) => sum + (value?.count ?? 0), 0)
    const done = asked.filter(({ error }) => !error)
    if (done.length === 0) throw failed.error
    const told = done.map(({ host, value }) => (value?.count === undefined ? host : `${host} (${value.count})`))
    throw Object.assign(failed.error, {
      message: `Done on ${told.join(', ')}; host "${failed.host}": ${failed.error.message}`,
    })
  }

  /** @returns the host and the id that an item has there. @throws `item_not_found`; `fleet_unavailable` if a host that may have it is gone */
  async #find(
    text: string,
    hosts: string[],
    { name, signal }: { name: string; signal: AbortSignal },
  ): Promise<[host: string, id: string]> {
    const { host, rest } = splitHost(text, this.#isKnown)
    if (host !== undefined) return [host, rest]
    const asked = await this.#ask<Item>('item', hosts, () => ({ name, id: text }), signal)
    const found = asked.find(({ value }) => value)
    if (found) return [found.host, text]
    const error = asked.find(({ error }) => error && isSilence(error))?.error ?? asked[0]?.error ?? nowhere(name)
    throw error
  }

  async #ask<T>(
    verb: QueueVerb,
    hosts: string[],
    of: (host: string) => Params | object,
    signal: AbortSignal,
  ): Promise<{ host: string; value?: T; error?: Failure }[]> {
    const one = async (host: string) => {
      try {
        return { host, value: await this.#at<T>(host, verb, of(host), signal) }
      } catch (error) {
        return { host, error: error as Failure }
      }
    }
    return await Promise.all(hosts.map(one))
  }

  async #at<T>(host: string, verb: QueueVerb, params: Params | object, signal: AbortSignal): Promise<T> {
    const { p8a, path, host: here, engine } = this.#options
    const method = `queue.${verb}` as const
    if (host === here)
      return (await p8a.verbs.ask(method as 'queue.add', { ...params, path } as never, { signal })) as T
    if (!this.#isThere(host))
      throw fleetError('fleet_unavailable', `Host "${host}" is gone`, 'What waits there goes on once it is back')
    const timeoutMs = answerMs + ((params as Params).waitMs ?? 0)
    return await ask<T>(engine.bus, host, { method, params, timeoutMs, signal })
  }

  #isThere(host: string): boolean {
    return host === this.#options.host || this.#options.isAlive(host)
  }

  /** The hosts that have, or may have, items of it. */
  #hostsOf({ queues = [], assigned }: PodRecord): string[] {
    return [...new Set([...queues, ...Object.keys(assigned)])].filter(this.#isKnown).sort()
  }

  #named(text: string | undefined): { name?: string; host?: string } {
    if (text === undefined) return {}
    const { host, rest } = splitHost(text, this.#isKnown)
    return { name: rest, ...(host !== undefined && { host }) }
  }

  #found(name: string): PodRecord {
    const record = this.#options.tables.pods.get(name)?.record
    if (record) return record
    throw podNotFound(name)
  }
}

const nowhere = (name: string): Error =>
  fleetError('pod_not_up', `Pod "${name}" is on no host that is there`, {
    text: 'See what it waits for',
    do: { verb: 'status', args: [name] },
  })

/** It is not known what the host has. */
const isSilence = ({ code = '' }: Failure): boolean => ['fleet_unavailable', 'outcome_unknown'].includes(code)

function shown(host: string, item: Item): Item {
  return { ...item, id: `${host}.${item.id}`, ...(item.run !== undefined && { run: `${host}.${item.run}` }) }
}

function awayQueue(host: string, pod: string) {
  const states = ['waiting', 'delayed', 'held', 'running', 'done', 'dead', 'expired', 'canceled']
  return {
    name: `${host}.${pod}`,
    counts: Object.fromEntries(states.map(state => [state, 0])),
    isPaused: false,
    rates: { added: 0, ended: 0 },
    away: `host "${host}" does not answer: what waits there goes on once it is back`,
  }
}
