// All that a keeper keeps: scripts and services that run, and those that are just being begun. It ends the process a
// while after there is nothing to keep, or at once if it is retired.
import type {
  Keeping as KeepingNow,
  PortsOrder,
  ScriptNote,
  ScriptOrder,
  ServiceChild,
  ServiceEnd,
  ServiceLeft,
  ServiceOrder,
  ServiceSaid,
} from '../../protocol/keeper.ts'
import { version } from '../../protocol/version.ts'
import { blockAt } from './apart.ts'
import { type Beginning, Guard } from './guard.ts'
import { Kept } from './kept.ts'
import { Knocks } from './knocks.ts'
import type { Pipes } from './pipes.ts'
import { KeptService } from './service.ts'
import { Sockets } from './sockets.ts'

/** How long the process stays when there is nothing to keep. */
const idleMs = 60_000

export type ServiceListener = {
  onSaid(said: ServiceSaid): void
  /** Called once it has ended and its note is written. */
  onEnded(end: ServiceEnd): void
}

export class Keeping {
  readonly sockets = new Sockets()
  readonly knocks = new Knocks(this.sockets)
  readonly guard: Guard
  #pipes: Pipes
  #kept = new Map<string, Kept>()
  #services = new Map<string, KeptService>()
  /** Services that have ended, and whose host has not said yet that nothing is left of them. */
  #over = new Set<string>()
  #beginning = new Set<Promise<unknown>>()
  /** Ends of containers whose lease is over, which an engine is asked for. */
  #ending = new Set<Promise<unknown>>()
  #isRetired = false
  #isDisowned = false
  #idle: NodeJS.Timeout | undefined

  /** @param keeper how this one was begun */
  constructor(pipes: Pipes, keeper: Beginning) {
    this.guard = new Guard(this.sockets, keeper)
    this.#pipes = pipes
    this.#rest()
  }

  /** Whether there is anything to keep. */
  get hasWork(): boolean {
    const { size } = this.#ending
    return this.sockets.hasAny || this.#kept.size + this.#services.size + this.#beginning.size + size > 0
  }

  /** What it keeps. Waits for scripts that are beginning; otherwise a host would think that they never began. */
  async now(): Promise<KeepingNow> {
    await Promise.allSettled(this.#beginning)
    const scripts = [...this.#kept].map(([key, { pid }]) => ({ key, pid }))
    // The end of a service that is over was told, or is in its note.
    const services = [...this.#services]
      .filter(([key]) => !this.#over.has(key))
      .map(([key, { pid, said }]): ServiceChild => ({ key, pid, ...(said && { said }) }))
    return { version, scripts, services, ports: this.sockets.all }
  }

  /**
   * Begins a script.
   * @param onEnded called once it has ended and its note is written
   */
  async begin(order: ScriptOrder, onEnded: (note: ScriptNote) => void): Promise<{ pid: number }> {
    clearTimeout(this.#idle)
    const begun = Kept.begin(order, this.#pipes).finally(() => this.#beginning.delete(begun))
    this.#beginning.add(begun)
    try {
      const script = await begun
      this.#kept.set(order.key, script)
      void script.ended.then(note => {
        this.#kept.delete(order.key)
        onEnded(note)
        this.#rest()
      })
      return { pid: script.pid }
    } catch (error) {
      this.#rest()
      throw error
    }
  }

  /** Begins a service. It is kept until it is released. */
  async beginService(order: ServiceOrder, listener: ServiceListener): Promise<{ pid: number }> {
    clearTimeout(this.#idle)
    const { onSaid } = listener
    const sockets = order.ports === undefined ? [] : this.sockets.of(order.ports)
    const begun = blockAt(sockets.map(({ socket }) => socket.fd))
      .then(async () => await KeptService.begin(order, { pipes: this.#pipes, sockets, onSaid, onEnding: this.#await }))
      .finally(() => this.#beginning.delete(begun))
    this.#beginning.add(begun)
    try {
      const service = await begun
      this.#keep(order.key, service, listener)
      return { pid: service.pid }
    } catch (error) {
      this.#rest()
      throw error
    }
  }

  /** Takes up a service whose keeper is gone. @throws the system's error where its output cannot be taken up now */
  takeService(left: ServiceLeft, listener: ServiceListener): void {
    if (this.#services.has(left.key)) return
    const service = KeptService.takeUp(left, { onSaid: listener.onSaid, onEnding: this.#await })
    clearTimeout(this.#idle)
    this.#keep(left.key, service, listener)
  }

  /** Nothing is left of a service: resolves once its output is in its log. */
  async releaseService(key: string): Promise<void> {
    const service = this.#services.get(key)
    // What cannot be brought into the log, since the pod was removed or the disk is full, must not end what else is kept.
    await service?.finish().catch(error => process.stderr.write(`${key}: ${error}\n`))
    if (this.#services.get(key) !== service) return
    this.#services.delete(key)
    this.#over.delete(key)
    this.#rest()
  }

  /** The host is gone: what has ended is nobody's but the next host's, which reads the note. */
  onHostGone(): void {
    for (const key of this.#over) void this.releaseService(key)
  }

  /** Holds the sockets of a pod. @throws {P8aError} as {@link Sockets.hold} */
  async holdPorts(order: PortsOrder): Promise<void> {
    clearTimeout(this.#idle)
    const before = JSON.stringify(this.sockets.heldAt(order.key)?.order.ports)
    await this.sockets.hold(order).finally(() => this.#rest())
    // What is closed here must not stay open there.
    if (before !== JSON.stringify(order.ports)) await this.guard.uncover(order.key)
    // Also while the pod is up: its runs may end before another keeper has their sockets, and some cannot give them.
    void this.guard.cover(order.key)
  }

  async releasePorts(key: string): Promise<void> {
    this.knocks.forget(key)
    this.sockets.release(key)
    await this.guard.uncover(key)
    this.#rest()
  }

  /**
   * Its host knows nothing of what it keeps: the pods were removed while there was no host. Nobody else would end a service; a script
   * comes to its end.
   */
  disown(): void {
    this.sockets.releaseAll()
    this.guard.end()
    this.#isRetired = true
    if (!this.#isDisowned) {
      this.#isDisowned = true
      for (const [key, service] of this.#services) void service.end().then(() => this.releaseService(key))
    }
    this.leave()
  }

  /** This keeper begins nothing more. */
  retire(): void {
    this.#isRetired = true
    this.#rest()
  }

  /** Ends the process, unless there is something to keep. */
  leave(): void {
    if (this.hasWork) return
    this.#pipes.remove()
    process.exit(0)
  }

  #await = (ending: Promise<unknown>): void => {
    this.#ending.add(ending)
    void ending.then(() => {
      this.#ending.delete(ending)
      this.#rest()
    })
  }

  #keep(key: string, service: KeptService, { onEnded }: ServiceListener): void {
    this.#services.set(key, service)
    void service.ended.then(end => {
      this.#over.add(key)
      onEnded(end)
    })
  }

  #rest(): void {
    clearTimeout(this.#idle)
    if (this.hasWork) return
    this.#idle = setTimeout(() => this.leave(), this.#isRetired ? 0 : idleMs)
  }
}
