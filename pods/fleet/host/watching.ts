// Tells whoever watches how the pods of the fleet change, on whichever host: from what the engine tells, and as hosts come and go.
import { setTimeout as delay } from 'node:timers/promises'
import type { HandledChange } from 'p8a'
import type { Reaching } from './reaching.ts'
import type { Tables } from './tables.ts'
import { statusOf, type Views } from './view.ts'

export type WatchingOptions = Omit<Views, 'tables'> & { tables: Tables; reaching: Pick<Reaching, 'of' | 'isDirect'> }

/** Changes that come within this time are told together. */
const gatherMs = 50
/** How often it is looked whether hosts have come or gone, or are reached: nobody tells of that where nothing follows from it. */
const lookMs = 1000
/** How many pods the first value has; the others come one by one behind it. */
const mostAtOnce = 1000

export async function* fleetChanges(
  options: WatchingOptions,
  signal: AbortSignal,
): AsyncGenerator<HandledChange, void, undefined> {
  const { tables, isAlive, reaching, stillness = () => '' } = options
  const waiting = new Waiting()
  const living = () =>
    [...[...tables.hosts.keys()].filter(isAlive).map(host => `${host} ${reaching.isDirect(host)}`), stillness()].join()
  const all = () => waiting.add([...tables.podNames, ...told])
  const told = new Set(tables.podNames.slice(0, mostAtOnce))
  let lived = living()
  const forget = tables.onChange(change => {
    if (change.t === 'synced' || change.t === 'stale') return all()
    const [kind, first = '', second = ''] = 'key' in change ? change.key.split('.') : []
    if (kind === 'pod') waiting.add([first])
    if (kind === 'report') waiting.add([second])
  })
  const looking = setInterval(() => {
    const live = living()
    if (live !== lived) all()
    lived = live
  }, lookMs)
  try {
    waiting.add(tables.podNames.slice(mostAtOnce))
    const pods = await Promise.all([...told].map(async name => (await viewOf(options, name)) ?? []))
    yield { type: 'snapshot', pods: pods.flat() }
    for (;;) {
      const names = await waiting.take(signal)
      if (signal.aborted) return
      for (const name of names) {
        const pod = await viewOf(options, name)
        if (pod) {
          yield { type: told.has(name) ? 'status' : 'added', name, pod }
          told.add(name)
        } else if (told.delete(name)) yield { type: 'removed', name }
      }
    }
  } finally {
    clearInterval(looking)
    forget()
  }
}

async function viewOf(options: WatchingOptions, name: string) {
  const reached = await options.reaching.of(name)
  const record = options.tables.pods.get(name)?.record
  return record && { ...statusOf(record, options), ...reached }
}

/** Names of pods that may have changed, each once. */
class Waiting {
  #names = new Set<string>()
  #some = Promise.withResolvers<void>()

  add(names: readonly string[]): void {
    for (const name of names) this.#names.add(name)
    if (this.#names.size > 0) this.#some.resolve()
  }

  /** @returns those that have come since, once there are some and a moment more; none if the signal is aborted */
  async take(signal: AbortSignal): Promise<Set<string>> {
    const over = Promise.withResolvers<void>()
    const onAbort = () => over.resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    await Promise.race([this.#some.promise, over.promise])
    signal.removeEventListener('abort', onAbort)
    await delay(gatherMs, undefined, { signal }).catch(() => {})
    const names = this.#names
    this.#names = new Set()
    this.#some = Promise.withResolvers()
    return names
  }
}
