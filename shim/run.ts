// A run inside its process: calls the pod's default export with what it is given, and its cleanup function at the end. It knows the
// pod's code and the host only through its options.
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Cleanup, P8a } from '../protocol/author.ts'
import { P8aError } from '../protocol/errors.ts'
import type { KeeperProcess } from '../protocol/keeper.ts'
import type { Assignment, SideDoor } from '../protocol/link.ts'
import { joinPath } from '../protocol/names.ts'
import { describeThrown } from '../protocol/thrown.ts'
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
import type { Ports } from './port/ports.ts'
import type { Serving } from './serving.ts'
import { Still } from './still.ts'
import { sendShutdown } from './stop-way.ts'
import { Asking } from './verbs/asking.ts'

/** How long a run that is up may take until it listens at all of its ports. */
const portsMs = 1000

/** How long a run that leaves waits for its callers to hear it. */
const heardMs = 500

export type RunEvents = {
  onReady: () => void
  onStatus: (said: Said) => void
  /** Its host asks how it is, which has woken this process. */
  onCheck: () => void
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
  /** Whether anything goes on in it. */
  readonly still: Still
  #events: RunEvents
  #outside: Outside
  #asking: Asking
  #bus: RunBus
  #pod: Exported | undefined
  /** It is a program that is up only when it says so, and has not yet. */
  #isAwaited = false
  /** It has answered that it is not up yet, and the pod has not said so. */
  #isComing = false
  #ports: Ports | undefined
  #serving: Serving | undefined
  /** Its default export may be its main loop: `fetch` answers beside that once the pod says that it is up. */
  #serveBeside: (() => Promise<void>) | undefined
  #isResting = false
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
    this.health = new Health(this.#bus, () => this.#pod !== undefined && !this.#isAwaited)
    this.functions = new Functions(
      assignment.name,
      () => this.#pod?.functions,
      () => this.#serving?.address,
    )
    this.commands = new Commands(assignment, () => this.#pod?.commands)
    this.still = new Still({
      ports: () => this.#ports,
      busy: () =>
        this.hosts.count + this.functions.busy + this.commands.busy + outside.busy + (this.#serving?.busy ?? 0),
      begun: () => this.functions.begun + this.commands.begun,
    })
  }

  /** What it listens at with these ports are their sockets. */
  serve(ports: Ports): void {
    this.#ports = ports
    ports.serve()
  }

  /** Holds its sockets for the next runs, by a keeper that it begins. @returns false if it has not all of them */
  keepPorts(keeper: KeeperProcess): boolean {
    return this.#ports?.keep(keeper) ?? false
  }

  /** Loads and starts the pod. A rejection means that the run cannot go on. */
  async start(): Promise<void> {
    const { main, program } = this.assignment
    if (program) return await this.#startProgram(main, program)
    const pod = await loadPod(main)
    this.#pod = pod
    const p8a = this.#makeP8a()
    let served: Promise<void> | undefined
    const serve = (lends: boolean) => (served ??= this.#serve(pod, p8a, lends))
    this.#serveBeside = () => serve(true)
    const result = await pod.main?.(this.assignment.params, this.#bus, p8a)
    await this.hosts.mounted()
    if (typeof result === 'function') this.#cleanup = result
    if (!pod.main && !this.#ports) throw withoutPort()
    await serve(false)
    this.#onReady()
  }

  #makeP8a(): P8a {
    return makeP8a(this.assignment, {
      callee: this.#outside.callee,
      queue: (name, options) => this.#outside.queue(name, options),
      host: this.#hostAt(this.assignment.path),
      asking: this.#asking,
      requestId: () => this.#serving?.requestId,
    })
  }

  /** Its `fetch` answers at its port, unless a server of its own does. @param lends a program, or a main loop, may begin one later */
  async #serve(pod: Exported, p8a: P8a, lends: boolean): Promise<void> {
    const port = pod.http && this.#ports?.firstIfFree
    if (!pod.http || !port) return
    const { params } = this.assignment
    // Loaded here, since few pods are served so.
    const { Serving } = await import('./serving.ts')
    const serving = new Serving(port)
    const mayListen = (server: Server) => {
      if (this.#ports?.firstIfFree !== port) return false
      this.#serving = serving
      if (lends) this.#ports.lend(server)
      return true
    }
    if (!(await serving.begin(pod.http, { params, bus: this.#bus, p8a }, { mayListen }))) return
    const functions = new Map(pod.functions)
    functions.delete('fetch')
    functions.delete('upgrade')
    this.#pod = { ...pod, functions }
  }

  /** It is up when it says so, or when it is asked after a while and answers. */
  async #startProgram(file: string, { args, ready }: NonNullable<Assignment['program']>): Promise<void> {
    this.#isAwaited = ready === 'said'
    // It may be its own main loop, and never be loaded.
    this.#pod = { functions: new Map(), commands: new Map() }
    const { runProgram } = await import('./program.ts')
    // It ends as it does under Node: when nothing is left for it to do.
    this.#events.keep.release()
    const program = await runProgram(file, {
      args,
      onListening: () => this.#isAwaited || this.#onReady(),
      onReady: () => this.#onReady(),
    })
    this.#pod = program
    if (!program.http || program.isListening) return
    if (!this.#ports) process.stderr.write(`p8a: it exports fetch, and has no port: ${howToListen}\n`)
    await this.#serve(program, this.#makeP8a(), true)
  }

  #onReady(): void {
    this.#isAwaited = false
    this.#onUp()
    // What it said on its way up is over.
    if (this.said && this.said.status !== 'up') this.#onStatus({ status: 'up' })
    else this.#events.onReady()
  }

  /**
   * How it is. One that answers well is up for its host, whatever its default export still does; but whoever is to be reached at a
   * port has to listen first.
   * @param accepts whether it accepts from then on if it is up. A host of an earlier version says nothing of it, and never lets it accept later
   */
  async check(timeoutMs: number, accepts = true): Promise<Said> {
    this.#events.onCheck()
    const said = await this.#howItIs(timeoutMs)
    // What it has answered on its way up is over; what the pod says is not.
    if (said.status === 'up' && this.#isComing) this.#events.onStatus(this.said ?? said)
    this.#isComing = said.status === 'waiting' && said !== this.said
    if (said.status === 'up' && accepts) this.accept()
    return said
  }

  /** Accepts at its ports from now on. */
  accept(): void {
    this.#ports?.open()
  }

  /** Where its server for `port` is reached before it accepts. @param of.isApart whether nobody else sees its loopback */
  async sideDoor(port: number, of: { isApart: boolean }): Promise<SideDoor> {
    return (await this.#ports?.sideDoor(port, of)) ?? { at: 'port' }
  }

  async #howItIs(timeoutMs: number): Promise<Said> {
    // It has begun to serve, and is about to listen.
    if (this.state === 'up') await this.#serveBeside?.()
    const said = await this.health.check(timeoutMs)
    const isWaiting = said.status === 'up' && this.#ports?.areNobodys
    return isWaiting ? { status: 'waiting', text: 'it listens nowhere yet' } : said
  }

  /** Tells the pod that it will be asked to end soon, and lets calls and connections finish that are under way. */
  async drain(timeoutMs: number): Promise<void> {
    const endsOwn = this.#bus.emit('drain')
    this.#ports?.drain({ timeoutMs, endsOwn })
    await drained(() => this.#busy, timeoutMs)
    await this.#outside.leave()
    // A caller whose loop is blocked may send something before it reads that, or its answers; once this process is gone it would read neither.
    await drained(() => this.#outside.unheard, Math.min(heardMs, timeoutMs))
  }

  /** How many connections are open at its ports; undefined if it has none. */
  get connections(): number | undefined {
    return this.#ports?.busy
  }

  /** How much is under way that somebody waits for. */
  get #busy(): number {
    return this.functions.busy + this.#outside.busy + (this.#ports?.busy ?? 0) + (this.#serving?.busy ?? 0)
  }

  /** Accepts no more, unless somebody would miss something. @returns whether it rests from now on */
  rest(forMs: number): boolean {
    this.#isResting ||= this.still.mayRest(forMs)
    if (this.#isResting) this.#ports?.close()
    return this.#isResting
  }

  /** Calls the cleanup function, only once. If it fails, the error is logged, and the stop continues. */
  cleanup(): Promise<void> {
    this.#cleaning ??= this.#runCleanup()
    return this.#cleaning
  }

  #hostAt(path: string, imported?: string): P8a['host'] {
    const options = imported === undefined ? {} : { imported }
    return (name, handlers, given) => this.hosts.host(joinPath(path, name), handlers, { ...given, ...options })
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
      queue: (other, options) => this.#outside.queue(joinPath(within, other), options),
      host: this.#hostAt(path, name),
      asking: this.#asking,
      requestId: () => this.#serving?.requestId,
    })
  }

  /** Events for this run were dropped because it reads too slowly. */
  onDropped(count: number, publisher: string): void {
    process.stderr.write(`p8a: ${count} events of ${publisher} were dropped: this run reads too slowly\n`)
    this.#bus.emit('dropped', count, publisher)
  }

  #onUp(): void {
    if (this.state === 'starting') {
      this.state = 'up'
      if (this.#ports) setTimeout(() => this.#lookAtPorts(), portsMs).unref()
    }
    if (!this.assignment.isChecked) this.accept()
  }

  /** A pod that has said something itself is left its word. */
  #lookAtPorts(): void {
    const text = this.#ports?.unused
    if (text !== undefined && this.state === 'up' && this.said?.text === undefined)
      this.#onStatus({ status: 'up', text })
  }

  #onStatus(said: Said): void {
    this.said = said
    if (said.status === 'up') {
      this.#onUp()
      void this.#serveBeside?.()
    }
    this.health.onSaid(said)
    this.#events.onStatus(said)
  }

  async #runCleanup(): Promise<void> {
    const { keep } = this.#events
    // Whoever connects from now on waits for the next run.
    this.#ports?.close()
    try {
      const isOver = await finish(async () => {
        await this.#serving?.settled()
        await this.#cleanup?.()
      }, keep)
      if (!isOver) process.stderr.write('p8a: cleanup never ended: it waits, and nothing is left to wait for\n')
    } catch (error) {
      process.stderr.write(`p8a: cleanup failed: ${describeThrown(error, inspect)}\n`)
    }
    this.state = 'cleaned'
    // The signal that would follow would end it before it has done what the message asks for.
    if (sendShutdown(keep)) await new Promise(() => {})
  }
}

const howToListen = 'write listen: 8080 in its config, or start it with --listen 8080, or --listen auto'

function withoutPort(): P8aError {
  return new P8aError('start_failed', `Cannot start the pod: it exports fetch, and has no port: ${howToListen}`)
}
