// The root of a host of a fleet, within the process of a test: it has pods by name, notes what it was asked, and tells of changes as a watch does.
import type { Change, Handlers, P8a, PodStatus } from 'p8a'
import { fleetLabel } from '../../../pods/fleet/host/here.ts'
import { Changes } from '../../../pods/fleet/port/stream-of-changes.ts'

type Config = { exclusive?: boolean; labels?: Record<string, string>; scale?: number; text?: string }

export class FakeRoot {
  readonly pods = new Map<string, PodStatus>()
  /** As the watch has told them. */
  readonly told = new Map<string, PodStatus>()
  /** The verbs that it was asked for, each with the name of its pod. */
  readonly asked: string[] = []
  readonly logged: string[] = []
  /** Those that were stopped once their calls were over. */
  readonly drained = new Set<string>()
  /** What the fleet answers at its path, and at that of this host. */
  readonly handlers: Handlers[] = []
  /** Names of pods in the namespace of the fleet itself. */
  readonly own = new Set<string>()
  /** What a call of a pod gives: a value, or a stream of them. */
  call: (name: string, signal?: AbortSignal) => Promise<unknown> = async () => undefined
  /** What is mounted is answered from that moment on. */
  mount = (handlers: Handlers): void => void this.handlers.push(handlers)
  /** It answers nothing. */
  isAway = false
  /** Whether the watch tells what becomes of pods. */
  isTelling = true
  readonly p8a: P8a
  #told = new Changes<Change>()

  constructor(storage: string) {
    const noted =
      <A extends unknown[], T>(verb: string, work: (name: string, ...args: A) => T) =>
      async (name: string, ...args: A): Promise<T> => {
        this.asked.push(`${verb} ${name}`)
        if (this.isAway) await new Promise(() => {})
        return work(name, ...args)
      }
    const verbs = {
      info: async () => ({ version: '0.1.0' }),
      list: async () => {
        this.asked.push('list')
        if (this.isAway) await new Promise(() => {})
        return [...this.pods.values()]
      },
      status: noted('status', name => this.#found(name)),
      versions: noted('versions', () => [{ version: 1, hash: 'hash' }]),
      start: noted('start', (name, { config }: { config: Config }) => this.has(name, config)),
      scale: noted('scale', (name, scale: number) => this.#set({ ...this.#found(name), scale })),
      stop: noted('stop', (name, { drainMs = 0 }: { drainMs?: number }) => {
        if (drainMs > 0) this.drained.add(name)
        return this.#set({ ...this.#found(name), want: 'idle', status: 'idle', up: 0, runs: [] })
      }),
      remove: noted('remove', name => {
        const pod = this.#found(name)
        this.pods.delete(name)
        this.#tell({ type: 'removed', name, pod } as Change)
      }),
      ask: async (method: string, { name = '' }: { name?: string }) => {
        this.asked.push(`${method} ${name}`)
        return {}
      },
    }
    const own = {
      list: async () => {
        if (this.isAway) await new Promise(() => {})
        return [...this.own].map(name => ({ name }))
      },
      remove: async (name: string) => void this.own.delete(name),
    }
    const host = (_: string, handlers: Handlers = {}) => {
      this.mount(handlers)
      return { own, scope: () => ({ host }), close: () => {} }
    }
    const watch = () => ({ pods: this.told, [Symbol.asyncIterator]: () => this.#told[Symbol.asyncIterator]() })
    const log = (_: string, text: string) => void this.logged.push(text)
    const pod = (path: string, { signal }: { signal?: AbortSignal } = {}) => {
      const name = path.split('.').at(-1) ?? ''
      const make = () => {
        this.asked.push(`pod.call ${name}`)
        return new FakeCall(this.call(name, signal))
      }
      return new Proxy({}, { get: () => make })
    }
    this.p8a = { name: 'fleet', storage, verbs, host, watch, log, pod } as unknown as P8a
    this.#told.push({ type: 'snapshot' } as Change)
  }

  /** A pod of the fleet is up here. */
  has(name: string, config: Config = {}): PodStatus {
    const { labels = { [fleetLabel]: '1/1' }, scale = 1, text = '' } = config
    const runs = Array.from({ length: scale }, (_, slot) => ({ id: `${name}.${slot + 1}`, slot, state: 'up', pid: 1 }))
    const status = { name, status: 'up', want: 'up', text, up: scale, scale, restarts: 0, labels, config, runs }
    return this.#set(status as unknown as PodStatus)
  }

  #set(pod: PodStatus): PodStatus {
    this.pods.set(pod.name, pod)
    this.#tell({ type: 'status', name: pod.name, pod } as Change)
    return pod
  }

  #tell(change: Change): void {
    if (!this.isTelling || change.type === 'snapshot') return
    if (change.type === 'removed') this.told.delete(change.name)
    else this.told.set(change.name, change.pod)
    this.#told.push(change)
  }

  #found(name: string): PodStatus {
    const pod = this.pods.get(name)
    if (pod) return pod
    throw Object.assign(new Error(`There is no pod "${name}"`), { code: 'pod_not_found' })
  }
}

/** As a call that is under way: it is awaited, or its values are taken. */
class FakeCall implements AsyncIterable<unknown> {
  #result: Promise<unknown>

  constructor(result: Promise<unknown>) {
    this.#result = result
    result.catch(() => {})
  }

  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then<A, B>(done: (value: unknown) => A, failed: (error: unknown) => B): Promise<A | B> {
    return this.#result.then(done, failed)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    const result = await this.#result
    if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) throw new Error('no stream')
    yield* result as AsyncIterable<unknown>
  }
}
