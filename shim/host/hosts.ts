// The hosts that a run is: `p8a.host(name, handlers)`. It keeps them mounted, whatever happens to the root, and gives verbs to the
// pod's handlers. It knows nothing of sockets.
import type { Handlers, Host, HostOptions, P8a } from '../../protocol/author.ts'
import type { Channel } from '../../protocol/channel/channel.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Handled, ToShim } from '../../protocol/link.ts'
import type { AskRoot } from './ask-root.ts'
import { callHandler, type Handler } from './handle.ts'
import type { HostedRun } from './hosted-run.ts'
import { madeHost } from './made-host.ts'

export type HostsOptions = {
  root: AskRoot
  /** The `p8a` of a pod that is imported, on the host at `path`. */
  scope: (path: string, name: string) => P8a
  /** Removes what such a pod has stored. */
  forget: (path: string, name: string) => Promise<void>
}

type Made = HostOptions & {
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

  /** How many it has mounted: what is in them needs it. */
  get count(): number {
    return this.#hosts.size
  }

  /**
   * Mounts a host beside the pod, or within a host of its own. A refusal fails the run, unless `mounted` is awaited.
   * @param options.imported the pod that asks, if it is not the run's own
   */
  host(path: string, handlers: Handlers = {}, options: HostOptions & { imported?: string } = {}): Host {
    const wrong = Object.entries(handlers).find(([, handler]) => typeof handler !== 'function')
    if (wrong) throw new TypeError(`Cannot mount a host at "${path}": its handler "${wrong[0]}" is not a function`)
    if (options.others !== undefined && options.others !== 'refuse')
      throw new TypeError(`Cannot mount a host at "${path}": others can only be 'refuse'`)
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
    return this.#hostOf(path, made)
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
    const value = await callHandler(handler as Handler, { verb, args }, channel)
    if (verb === 'remove' && !(args.at(-1) as { run?: string }).run) await this.#options.forget(path, String(args[0]))
    return { value }
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
    const { handlers = {}, others, imported } = this.#hosts.get(path) ?? {}
    const handles = Object.keys(handlers)
    const options = { ...(others && { others }), ...(imported !== undefined && { imported }) }
    await this.#options.root.ask('mount', { path, handles, ...options })
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

  async #close(path: string): Promise<void> {
    await this.#hosts.get(path)?.mounted
    if (this.#hosts.delete(path)) await this.#options.root.ask('unmount', { path })
  }

  #hostOf(path: string, made: Made): Host {
    const { pods, mounted } = made
    return madeHost(onceMounted(this.#options.root, made), {
      path,
      pods,
      mounted: () => {
        this.#mounting?.delete(mounted)
        return mounted
      },
      scope: (name, { signal } = {}) => this.#scoped(path, name, signal),
      close: () => this.#close(path),
    })
  }
}

/** Whatever is asked of a host waits until it is mounted, also anew. */
function onceMounted(root: AskRoot, made: Made): AskRoot {
  return {
    ask: async (...asked) => {
      await made.mounted
      return await root.ask(...asked)
    },
    open: async (...asked) => {
      await made.mounted
      return await root.open(...asked)
    },
  }
}

function isHostGone(error: unknown): boolean {
  return error instanceof P8aError && error.code === 'host_gone'
}
