// The hosts that a run is: `p8a.host(name, handlers)`. It gives verbs to the pod's handlers, and the pod's requests to
// the root. It knows nothing of sockets.
import { EventEmitter } from 'node:events'
import type { Handlers, Host, HostedPod, Image, P8a, RunOptions, ScopeOptions } from '../../protocol/author.ts'
import type { Channel } from '../../protocol/channel/channel.ts'
import type { RequestOptions } from '../../protocol/channel/request.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Handled, ToHost, ToShim } from '../../protocol/link.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { toHandlerError } from '../call-error.ts'
import { isStream, sendOrCollect } from '../calls/collect.ts'

/** Asks the root for something. */
export type AskHost = <M extends 'mount' | 'podsChanged' | 'unmount' | 'verb'>(
  method: M,
  params: ToHost[M]['params'],
  options?: RequestOptions,
) => Promise<ToHost[M]['result']>

export type HostsOptions = {
  ask: AskHost
  /** The `p8a` of a pod that is imported, on the host at `path`. */
  scope: (path: string, name: string) => P8a
  /** Removes what such a pod has stored. */
  forget: (path: string, name: string) => Promise<void>
}

type Made = {
  handlers: Handlers
  imported?: string
  pods: Map<string, HostedRun>
  mounted: Promise<void>
  /** Settled by the first root that answers. */
  first: PromiseWithResolvers<void>
}

export class RunHosts {
  #options: HostsOptions
  #hosts = new Map<string, Made>()
  /** The mounts that the start of the run waits for; undefined once it is over. */
  #mounting: Set<Promise<void>> | undefined = new Set()

  constructor(options: HostsOptions) {
    this.#options = options
  }

  /**
   * Mounts a host beside the pod, or within a host of its own. A refusal fails the run, unless `mounted` is awaited.
   * @param options.imported the pod that asks, if it is not the run's own
   */
  host(path: string, handlers: Handlers = {}, options: { imported?: string } = {}): Host {
    const wrong = Object.entries(handlers).find(([, handler]) => typeof handler !== 'function')
    if (wrong) throw new TypeError(`Cannot mount a host at "${path}": its handler "${wrong[0]}" is not a function`)
    if (this.#hosts.has(path))
      throw new P8aError('host_exists', `Cannot mount a host at "${path}": this run has mounted one there`)
    const first = Promise.withResolvers<void>()
    // Usually nobody awaits this.
    first.promise.catch(() => {})
    const made: Made = { handlers, ...options, pods: new Map(), mounted: Promise.resolve(), first }
    this.#hosts.set(path, made)
    const mounted = this.#firstMount(path, made)
    made.mounted = mounted
    this.#mounting?.add(mounted)
    // The start waits for it. After the start, a refusal that nobody awaits is an uncaught error like any other, but
    // one of several pods in this process must not take the others down.
    if (this.#mounting) mounted.catch(() => {})
    else if (options.imported !== undefined) mounted.catch(error => process.stderr.write(`p8a: ${error.message}\n`))
    return this.#hostOf(path, mounted)
  }

  /** Resolves when all hosts are mounted, except those that the pod awaits itself. */
  async mounted(): Promise<void> {
    await Promise.all(this.#mounting ?? [])
    this.#mounting = undefined
  }

  /** There is a new connection, perhaps to a new root: all hosts are mounted again. */
  remount(): void {
    // A mount that fails now is tried again at the next connection; until then verbs find no host.
    for (const [path, host] of this.#hosts) {
      const mounted = this.#mount(path)
      host.mounted = mounted
      mounted.then(host.first.resolve, error => isHostGone(error) || host.first.reject(error))
    }
  }

  /**
   * A verb for one of the hosts.
   * @param channel its signal is the signal of the handler
   * @throws {P8aError} what the handler throws
   */
  async onHandle({ path, verb, args }: ToShim['handle']['params'], channel: Channel): Promise<Handled> {
    const handlers: Record<string, unknown> = { ...this.#hosts.get(path)?.handlers }
    const handler = handlers[verb]
    if (typeof handler !== 'function') throw new P8aError('unsupported', `The host at "${path}" does not offer ${verb}`)
    const { leaving } = channel
    try {
      // JSON has null for arguments that were left out.
      const given = args.map(arg => arg ?? undefined)
      const asked = { ...(given.pop() as object), signal: leaving.signal }
      given.push(asked)
      const answer = await (handler as Handler)(...given)
      if (verb === 'remove' && !(given.at(-1) as { run?: string }).run)
        await this.#options.forget(path, String(given[0]))
      if (!isStream(answer)) return { value: answer ?? null }
      return { value: await sendOrCollect(answer, channel, { fn: verb, toError: toHandlerError }) }
    } catch (error) {
      throw toHandlerError(error)
    }
  }

  onChanged({ path, name, status, text }: ToShim['changed']['params']): void {
    this.#hosts.get(path)?.pods.get(name)?.onChanged(status, text)
  }

  /** If there is no root now, the next one mounts it. */
  async #firstMount(path: string, made: Made): Promise<void> {
    try {
      await this.#mount(path).catch(error => {
        if (isHostGone(error)) return made.first.promise
        throw error
      })
    } catch (error) {
      if (this.#hosts.get(path) === made) this.#hosts.delete(path)
      throw error
    }
  }

  async #mount(path: string): Promise<void> {
    // A host within another host of this run can be mounted only after that one.
    await this.#hosts.get(path.slice(0, Math.max(0, path.lastIndexOf('.'))))?.mounted.catch(() => {})
    const { handlers = {}, imported } = this.#hosts.get(path) ?? {}
    const handles = Object.keys(handlers)
    await this.#options.ask('mount', { path, handles, ...(imported !== undefined && { imported }) })
  }

  /** Its hosts are closed once its signal is aborted. */
  #scoped(path: string, name: string, signal: AbortSignal | undefined): P8a {
    const scoped = this.#options.scope(path, name)
    const host: P8a['host'] = (...args) => {
      signal?.throwIfAborted()
      const made = scoped.host(...args)
      // A host that could not be mounted has reported it. If the root is gone, the hosts end with this pod.
      signal?.addEventListener('abort', () => void made.close().catch(() => {}), { once: true })
      return made
    }
    return Object.freeze({ ...scoped, host })
  }

  async #verb(asked: ToHost['verb']['params'], signal: unknown): Promise<unknown> {
    return await this.#options.ask('verb', asked, signal instanceof AbortSignal ? { signal } : {})
  }

  async #close(path: string): Promise<void> {
    await this.#hosts.get(path)?.mounted
    if (this.#hosts.delete(path)) await this.#options.ask('unmount', { path })
  }

  #hostOf(path: string, mounted: Promise<void>): Host {
    const verb =
      (method: string) =>
      // Whoever asked the handler does not ask the root: this pod does.
      async ({ signal, by: _, ...params }: Record<string, unknown>) =>
        (await this.#verb({ method: `pod.${method}`, params: { ...params, path } }, signal)) as never
    const pod = (name: string): HostedRun => {
      const pods = this.#hosts.get(path)?.pods
      const known = pods?.get(name) ?? new HostedRun(path, name, verb)
      pods?.set(name, known)
      return known
    }
    const own: Host['own'] = {
      push: (image: Image) => verb('push')(onlyImage(image)),
      start: (name: string, params = {}, config = {}, how = {}) => verb('start')({ ...how, name, params, config }),
      stop: (name: string, how = {}) => verb('stop')({ ...how, name }),
      restart: (name: string, how = {}) => verb('restart')({ ...how, name }),
      scale: (name: string, scale: number, how = {}) => verb('scale')({ ...how, name, scale }),
      status: (name: string, how = {}) => verb('status')({ ...how, name }),
      list: async (how = {}) => ((await verb('list')({ ...how })) as { pods: PodStatus[] }).pods,
      remove: (name: string, how = {}) => verb('remove')({ ...how, name }),
      runs: async (name: string | undefined, how = {}) =>
        ((await verb('runs')({ ...how, name })) as { runs: never[] }).runs,
      logs: async (query = {}) => ((await verb('logs')(withoutStream(query))) as { entries: never[] }).entries,
      script: (name: string, how = {}) => verb('script')({ ...how, name }),
      output: (name: string, how = {}) => verb('output')({ ...how, name }),
      call: async (name: string, fn: string, args = [], how = {}) =>
        ((await verb('call')({ ...how, signal: how.signal, name, fn, args })) as { value: unknown }).value,
    }
    const awaited = () => {
      this.#mounting?.delete(mounted)
      return mounted
    }
    return Object.freeze({
      path,
      get mounted() {
        return awaited()
      },
      own: Object.freeze(own),
      run: async (name: string, image: Image, params = {}, { config = {} }: RunOptions = {}) => {
        const run = pod(name)
        await own.push({ ...image, name })
        const { want, latest, version, params: had } = await own.status(name)
        const isAsWanted = want === 'up' && version === latest && sameTexts(had, params)
        if (want === 'up' && !isAsWanted) await own.stop(name)
        run.onChanged('waiting', '')
        const status = isAsWanted ? await own.status(name) : await own.start(name, params, config)
        run.onChanged(status.status, status.text)
        return run
      },
      runs: async () => {
        const statuses = await own.list()
        return statuses.map(({ name, status, text }) => {
          pod(name).onChanged(status, text)
          return pod(name)
        })
      },
      scope: (name: string, { signal }: ScopeOptions = {}) => this.#scoped(path, name, signal),
      changed: () => {
        // Without a root nobody watches; the next root asks by itself.
        void this.#options.ask('podsChanged', { path }).catch(() => {})
      },
      close: () => this.#close(path),
    })
  }
}

function isHostGone(error: unknown): boolean {
  return error instanceof P8aError && error.code === 'host_gone'
}

type Handler = (...args: unknown[]) => unknown

type Verb = (method: string) => (params: Record<string, unknown>) => Promise<never>

/** A pod in a host of this run: its status, and what can be done with it. */
class HostedRun extends EventEmitter implements HostedPod {
  readonly path: string
  readonly name: string
  status: HostedPod['status'] = 'idle'
  text = ''
  #verb: Verb
  #ended = Promise.withResolvers<HostedPod['status']>()

  constructor(path: string, name: string, verb: Verb) {
    super()
    this.path = path
    this.name = name
    this.#verb = verb
  }

  /** Resolves when it is down: by a stop (`idle`), or for good (`error`). */
  get ended(): Promise<HostedPod['status']> {
    return this.#ended.promise
  }

  async stop(): Promise<void> {
    await this.#verb('stop')({ name: this.name })
  }

  async call(fn: string, ...args: unknown[]): Promise<unknown> {
    return ((await this.#verb('call')({ name: this.name, fn, args })) as { value: unknown }).value
  }

  onChanged(status: HostedPod['status'], text: string): void {
    const [was, wasText] = [this.status, this.text]
    this.status = status
    this.text = text
    if (was === status && wasText === text) return
    const isDown = (state: string) => state === 'idle' || state === 'error'
    if (isDown(was) && !isDown(status)) this.#ended = Promise.withResolvers()
    if (!isDown(was) && isDown(status)) this.#ended.resolve(status)
    this.emit('status', status, text)
  }
}

/** A query as a handler gets it, without its stream: the root answers it with a list. */
function withoutStream({ signal: _, follow: __, ...query }: Record<string, unknown>): Record<string, unknown> {
  return query
}

/** The members of an image that a push takes; an author may have added others. */
function onlyImage({ name, code, encoding, kind, map, file }: Image): Record<string, unknown> {
  return { name, code, encoding, kind, map, file }
}

function sameTexts(some: Readonly<Record<string, string>>, others: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(some)
  return names.length === Object.keys(others).length && names.every(name => some[name] === others[name])
}
