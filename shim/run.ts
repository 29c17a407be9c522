// A run inside its process: calls the pod's default export with what it is given, and its cleanup function at the end. It knows the
// pod's code and the host only through its options.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Cleanup, P8a } from '../protocol/author.ts'
import type { Assignment } from '../protocol/link.ts'
import { joinPath } from '../protocol/names.ts'
import { RunBus } from './bus.ts'
import type { AskHost as HostLine } from './calls/host-line.ts'
import type { Outside } from './calls/neighbors.ts'
import { Commands } from './commands.ts'
import { drained } from './drain.ts'
import { Functions } from './functions.ts'
import { Health, type Said } from './health.ts'
import type { AskRoot } from './host/ask-root.ts'
import { RunHosts } from './host/hosts.ts'
import { finish, type Keep } from './leaving.ts'
import { type Exported, loadPod } from './load.ts'
import { makeP8a } from './p8a.ts'
import { runProgram } from './program.ts'
import { sendShutdown } from './stop-way.ts'
import { Asking } from './verbs/asking.ts'

export type RunEvents = {
  onReady: () => void
  onStatus: (said: Said) => void
  root: AskRoot
  /** What keeps the process alive although the pod has nothing left to do. */
  keep: Keep
  /** Asks whatever host there is by then. */
  line: HostLine
}

export class Run {
  readonly assignment: Assignment
  /** What the pod last said about itself. */
  said: Said | undefined
  state: 'starting' | 'up' | 'cleaned' = 'starting'
  readonly hosts: RunHosts
  /** The commands of its shell. */
  readonly commands: Commands
  readonly functions: Functions
  readonly health: Health
  #events: RunEvents
  #outside: Outside
  #asking: Asking
  #bus: RunBus
  #pod: Exported | undefined
  #cleanup: Cleanup | undefined
  #cleaning: Promise<void> | undefined

  constructor(assignment: Assignment, events: RunEvents, outside: Outside) {
    this.assignment = assignment
    this.#events = events
    this.hosts = new RunHosts({
      root: events.root,
      // Loaded here, since few pods are hosts.
      forget: async (path, name) => {
        const { rm } = await import('node:fs/promises')
        await rm(this.#storageOf(path, name), { recursive: true, force: true })
      },
      scope: (path, name) => this.#scoped(path, name),
    })
    this.#outside = outside
    this.#asking = new Asking(events.line, { patienceMs: assignment.callTimeoutMs })
    this.#bus = new RunBus(
      (status, text) => this.#onStatus(text === undefined ? { status } : { status, text }),
      outside,
    )
    this.health = new Health(this.#bus, () => this.#pod !== undefined)
    this.functions = new Functions(assignment.name, () => this.#pod?.functions)
    this.commands = new Commands(assignment, () => this.#pod?.commands)
  }

  /** Loads and starts the pod. A rejection means that the run cannot go on. */
  async start(): Promise<void> {
    const { main, program } = this.assignment
    if (program) return await this.#startProgram(main, program)
    const pod = await loadPod(main)
    this.#pod = pod
    const result = await pod.main(
      this.assignment.params,
      this.#bus,
      makeP8a(this.assignment, {
        callee: this.#outside.callee,
        host: this.#hostAt(this.assignment.path),
        asking: this.#asking,
      }),
    )
    await this.hosts.mounted()
    if (typeof result === 'function') this.#cleanup = result
    this.#onReady()
  }

  /** It is up when it says so, or when it is asked after a while and answers. */
  async #startProgram(file: string, { args }: { args: readonly string[] }): Promise<void> {
    // It may be its own main loop, and never be loaded.
    this.#pod = { functions: new Map(), commands: new Map() }
    this.#pod = await runProgram(file, { args, onReady: () => this.#onReady() })
  }

  #onReady(): void {
    if (this.state === 'starting') this.state = 'up'
    // What it said on its way up is over.
    if (this.said && this.said.status !== 'up') this.#onStatus({ status: 'up' })
    else this.#events.onReady()
  }

  /** Tells the pod that it will be asked to end soon, and lets the calls finish that are under way. */
  async drain(timeoutMs: number): Promise<void> {
    this.#bus.emit('drain')
    await drained(() => this.functions.busy + this.#outside.busy, timeoutMs)
  }

  /** Calls the cleanup function, only once. If it fails, the error is logged, and the stop continues. */
  cleanup(): Promise<void> {
    this.#cleaning ??= this.#runCleanup()
    return this.#cleaning
  }

  #hostAt(path: string, imported?: string): P8a['host'] {
    const options = imported === undefined ? {} : { imported }
    return (name, handlers) => this.hosts.host(joinPath(path, name), handlers, options)
  }

  /** Where a pod stores things that this one imports. */
  #storageOf(path: string, name: string): string {
    return join(this.assignment.storage, 'hosts', path, name)
  }

  /** The `p8a` of a pod that this one imports and runs on a host of its own. */
  #scoped(path: string, name: string): P8a {
    const { run, slot, path: own } = this.assignment
    const place = { name, run, slot, path, storage: this.#storageOf(path, name) }
    mkdirSync(place.storage, { recursive: true })
    const within = path.slice(own === '' ? 0 : own.length + 1)
    return makeP8a(place, {
      callee: (other, options) => this.#outside.callee(joinPath(within, other), options),
      host: this.#hostAt(path, name),
      asking: this.#asking,
    })
  }

  /** Events for this run were dropped because it reads too slowly. */
  onDropped(count: number, publisher: string): void {
    process.stderr.write(`p8a: ${count} events of ${publisher} were dropped: this run reads too slowly\n`)
    this.#bus.emit('dropped', count, publisher)
  }

  #onStatus(said: Said): void {
    this.said = said
    if (said.status === 'up' && this.state === 'starting') this.state = 'up'
    this.health.onSaid(said)
    this.#events.onStatus(said)
  }

  async #runCleanup(): Promise<void> {
    const { keep } = this.#events
    try {
      const isOver = !this.#cleanup || (await finish(this.#cleanup, keep))
      if (!isOver) process.stderr.write('p8a: cleanup never ended: it waits, and nothing is left to wait for\n')
    } catch (error) {
      process.stderr.write(`p8a: cleanup failed: ${inspect(error)}\n`)
    }
    this.state = 'cleaned'
    // The signal that would follow would end it before it has done what the message asks for.
    if (sendShutdown(keep)) await new Promise(() => {})
  }
}
