// The hosts that a run is: `p8a.host(name, handlers)`. It hands verbs to the pod's handlers and what the pod wants done
// to the root; it knows nothing of sockets.
import { EventEmitter } from 'node:events'
import { P8aError } from '../protocol/errors.ts'
import type { Handled, ToHost, ToShim } from '../protocol/link.ts'
import type { PodStatus } from '../protocol/methods.ts'
import type { Handlers, Host, HostedPod, Image, P8a, RunOptions, ScopeOptions } from '../protocol/public.ts'
import { toHandlerError } from './call-error.ts'
import { collect, isStream } from './calls/collect.ts'
import { HandedStreams } from './handed-streams.ts'

/** Asks the root for something. */
export type AskHost = <M extends 'mount' | 'unmount' | 'verb'>(
  method: M,
  params: ToHost[M]['params'],
) => Promise<ToHost[M]['result']>

export type HostsOptions = {
  ask: AskHost
  /** The `p8a` of a pod that is imported, on the host at `path`. */
  scope: (path: string, name: string) => P8a
}

export class RunHosts {
  #options: HostsOptions
  #hosts = new Map<string, { handlers: Handlers; pods: Map<string, HostedRun>; mounted: Promise<void> }>()
  #mounting: Promise<unknown>[] = []
  readonly streams = new HandedStreams()

  constructor(options: HostsOptions) {
    this.#options = options
  }

  /** Mounts a host beside the pod, or within a host of its own. A refusal fails the run, unless `mounted` is awaited. */
  host(path: string, handlers: Handlers = {}): Host {
    const wrong = Object.entries(handlers).find(([, handler]) => typeof handler !== 'function')
    if (wrong) throw new TypeError(`Cannot mount a host at "${path}": its handler "${wrong[0]}" is no function`)
    if (this.#hosts.has(path))
      throw new P8aError('host_exists', `Cannot mount a host at "${path}": this run has one there`)
    const made = { handlers, pods: new Map(), mounted: Promise.resolve() }
    this.#hosts.set(path, made)
    const mounted = this.#mount(path)
    made.mounted = mounted
    this.#mounting.push(mounted)
    mounted.catch(() => this.#hosts.delete(path))
    return this.#hostOf(path, mounted)
  }

  /** Resolves when all hosts are there that were asked for. */
  async mounted(): Promise<void> {
    await Promise.all(this.#mounting)
  }

  /** A new connection, perhaps to a new root: all is mounted again. */
  remount(): void {
    this.streams.leaveAll()
    // What fails now is tried at the next connection; verbs find no host until then.
    for (const [path, host] of this.#hosts) {
      host.mounted = this.#mount(path)
      host.mounted.catch(() => {})
    }
  }

  /** A verb that somebody wants done. @throws {P8aError} what the handler throws */
  async onHandle({ path, verb, args }: ToShim['handle']['params']): Promise<Handled> {
    const handlers: Record<string, unknown> = { ...this.#hosts.get(path)?.handlers }
    const handler = handlers[verb]
    if (typeof handler !== 'function') throw new P8aError('unsupported', `The host at "${path}" does not offer ${verb}`)
    try {
      if (verb === 'logs') return await this.#handleLogs(handler as Handler, args[0] as Record<string, unknown>)
      const answer = await (handler as Handler)(...args)
      return { value: isStream(answer) ? await collect(answer, verb) : (answer ?? null) }
    } catch (error) {
      throw toHandlerError(error)
    }
  }

  /** Lines may come for as long as somebody reads them. */
  async #handleLogs(handler: Handler, query: Record<string, unknown>): Promise<Handled> {
    const leaving = new AbortController()
    const answer = await handler({ ...query, signal: leaving.signal })
    return isStream(answer) ? { stream: this.streams.hand(answer, leaving) } : { value: answer ?? null }
  }

  onChanged({ path, name, status, text }: ToShim['changed']['params']): void {
    this.#hosts.get(path)?.pods.get(name)?.onChanged(status, text)
  }

  async #mount(path: string): Promise<void> {
    // One within another of ours is there only once that one is.
    await this.#hosts.get(path.slice(0, Math.max(0, path.lastIndexOf('.'))))?.mounted.catch(() => {})
    await this.#options.ask('mount', { path, handles: Object.keys(this.#hosts.get(path)?.handlers ?? {}) })
  }

  /** Its hosts are closed once its signal is aborted. */
  #scoped(path: string, name: string, signal: AbortSignal | undefined): P8a {
    const scoped = this.#options.scope(path, name)
    const host: P8a['host'] = (...args) => {
      signal?.throwIfAborted()
      const made = scoped.host(...args)
      // One that could not be mounted has told so; a host that is gone ends them when this pod does.
      signal?.addEventListener('abort', () => void made.close().catch(() => {}), { once: true })
      return made
    }
    return Object.freeze({ ...scoped, host })
  }

  async #close(path: string): Promise<void> {
    await this.#hosts.get(path)?.mounted
    if (this.#hosts.delete(path)) await this.#options.ask('unmount', { path })
  }

  #hostOf(path: string, mounted: Promise<void>): Host {
    const verb = (method: string) => async (params: Record<string, unknown>) =>
      (await this.#options.ask('verb', { method: `pod.${method}`, params: { ...params, path } })) as never
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
      runs: async (name: string, how = {}) => ((await verb('runs')({ ...how, name })) as { runs: never[] }).runs,
      logs: async (query = {}) => ((await verb('logs')(withoutStream(query))) as { entries: never[] }).entries,
      call: async (name: string, fn: string, args = [], how = {}) =>
        ((await verb('call')({ ...how, name, fn, args })) as { value: unknown }).value,
    }
    return Object.freeze({
      path,
      mounted,
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
      close: () => this.#close(path),
    })
  }
}

type Handler = (...args: unknown[]) => unknown

type Verb = (method: string) => (params: Record<string, unknown>) => Promise<never>

/** A pod in a host of this run: how it is, and what can be done with it. */
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

/** A query as a handler gets it: the root's own answer to it is a list. */
function withoutStream({ signal: _, follow: __, ...query }: Record<string, unknown>): Record<string, unknown> {
  return query
}

/** What a push takes of an image; what else an author put there is his own. */
function onlyImage({ name, code, map, file }: Image): Record<string, unknown> {
  return { name, code, ...(map === undefined ? {} : { map }), ...(file === undefined ? {} : { file }) }
}

function sameTexts(some: Readonly<Record<string, string>>, others: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(some)
  return names.length === Object.keys(others).length && names.every(name => some[name] === others[name])
}
