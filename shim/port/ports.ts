// The sockets of a run: what the pod listens at with its own servers are these, where it names their ports. A server has what
// it asked for at once; connections are accepted once the run is up, so that none meets one that is not.
import type { AddressInfo, Server } from 'node:net'
import type { KeeperProcess } from '../../protocol/keeper.ts'
import type { SideDoor } from '../../protocol/link.ts'
import { addressText, mainPort, type Port } from '../../protocol/listen.ts'
import { Connections } from './connections.ts'
import { closeForGood, type Handle, type Listening, pause, systemError } from './handle.ts'
import { beginKeeper } from './new-keeper.ts'

/** Node's own number of connections that may wait. */
const usualBacklog = 511
/** No timer of Node takes longer. */
const longestMs = 2 ** 31 - 1

/** `server` has it now; `connections` are those of all servers that have had it. `sideDoor`: another way to it, until connections are accepted. */
type Held = {
  port: Port
  handle: Handle
  server?: Listening | undefined
  connections: Map<Listening, Connections>
  sideDoor?: Promise<Server>
}

export class Ports {
  #held: Held[]
  #isOpen = false
  /** Servers that listen elsewhere, by themselves. */
  #others = new Set<Listening>()
  #sideDoors = new Set<Server>()
  /** Begins to accept, each for its server. */
  #gates = new Map<Handle, () => void>()
  /** A server keeps its program alive, also one that is to listen only once the run is up: nothing in the system does that for it. */
  #awake: NodeJS.Timeout | undefined

  /** A server that gives its socket to any other that asks for it. */
  #standIn: Server | undefined

  constructor(ports: readonly Port[], sockets: ReadonlyMap<string, Handle>) {
    this.#held = ports.flatMap(port => {
      const handle = sockets.get(port.name)
      return handle ? [{ port, handle, connections: new Map() }] : []
    })
  }

  /** From now on `listen` of any server gets one of these, where it names its port. */
  serve(): void {
    const { Server } = process.getBuiltinModule('node:net')
    const { listen } = Server.prototype
    const take = (server: Listening, args: unknown[]) => this.#take(server, args)
    Server.prototype.listen = function (this: Listening, ...args: unknown[]) {
      return take(this, args) ? this : listen.apply(this, args as Parameters<typeof listen>)
    } as typeof listen
    const channel = process.getBuiltinModule('node:diagnostics_channel').channel('tracing:net.server.listen:asyncEnd')
    channel.subscribe(message => {
      const { server } = message as { server: Listening }
      if (!this.#held.some(held => held.server === server) && !this.#sideDoors.has(server)) this.#others.add(server)
    })
  }

  /** The port that its variable `PORT` tells, if none of its servers has it. */
  get firstIfFree(): Port | undefined {
    const first = this.#held.find(({ port }) => port.name === mainPort) ?? this.#held[0]
    return first?.server ? undefined : first?.port
  }

  /** The server has its socket until another one asks for it. */
  lend(server: Server): void {
    this.#standIn = server
  }

  /** Whether it has some, and the run is not up yet, and no server listens, there or elsewhere. */
  get areNobodys(): boolean {
    const isTaken = this.#held.some(({ server }) => server) || [...this.#others].some(({ listening }) => listening)
    return !this.#isOpen && this.#held.length > 0 && !isTaken
  }

  /** What is to be said of a pod that takes not all of these: it may listen elsewhere by itself. */
  get unused(): string | undefined {
    const unused = this.#held.filter(({ server }) => !server).map(({ port }) => addressText(port))
    if (unused.length === 0) return undefined
    const others = [...this.#others].filter(({ listening }) => listening).map(server => placeText(server.address()))
    const instead = others.length > 0 ? `it listens at ${others.join(', ')} by itself` : 'it listens nowhere'
    return `${unused.join(', ')} ${unused.length > 1 ? 'are' : 'is'} held for it and not used: ${instead}`
  }

  /** The run is up: connections are accepted from now on. */
  open(): void {
    this.#isOpen = true
    // One that does not listen yet could not be closed.
    for (const { sideDoor } of this.#held)
      sideDoor?.then(
        door => door.close(),
        () => {},
      )
    for (const begin of this.#gates.values()) begin()
    this.#forgetGates(...this.#gates.keys())
  }

  /** Where the server for this port is reached before it accepts. @param of.isApart whether nobody else sees the loopback of this process */
  async sideDoor(number: number, { isApart }: { isApart: boolean }): Promise<SideDoor> {
    const held = this.#held.find(({ port }) => 'port' in port && port.port === number)
    if (!held || this.#isOpen) return { at: 'port' }
    if (!held.server) return { at: 'nowhere' }
    // That of a cluster gives its socket away, and would take no connection from here.
    if (isApart || held.server._handle !== held.handle) {
      this.open()
      return { at: 'port' }
    }
    held.sideDoor ??= this.#openSideDoor(held)
    const door = await held.sideDoor
    // It may accept since, and then its doors close.
    if (this.#isOpen) return { at: 'port' }
    return { at: 'door', port: (door.address() as AddressInfo).port }
  }

  async #openSideDoor(held: Held): Promise<Server> {
    const { createServer } = process.getBuiltinModule('node:net')
    const { allowHalfOpen = false } = (held.server ?? {}) as { allowHalfOpen?: boolean }
    const door = createServer({ allowHalfOpen }, socket =>
      held.server ? held.server.emit('connection', socket) : socket.destroy(),
    )
    this.#sideDoors.add(door)
    await new Promise<void>((resolve, reject) => door.once('error', reject).listen(0, '127.0.0.1', resolve).unref())
    return door
  }

  /** Begins a keeper that holds these for the next runs. @returns false if they are not all open here, or it cannot be begun */
  keep(keeper: KeeperProcess): boolean {
    const fds = keeper.order.ports.map(({ name }) => this.#held.find(({ port }) => port.name === name)?.handle.fd ?? -1)
    return fds.every(fd => fd >= 0) && beginKeeper(keeper, fds)
  }

  /** How many connections are open. */
  get busy(): number {
    return this.#connections.reduce((sum, { count }) => sum + count, 0)
  }

  /** When something went on at them last, in the time of `monotonicMs`. */
  lastMs(): number {
    return Math.max(0, ...this.#connections.map(({ traffic }) => traffic.lastMs()))
  }

  /** Whether somebody has just connected, and has said nothing yet. */
  hasFresh(): boolean {
    return this.#connections.some(({ traffic }) => traffic.hasFresh())
  }

  /**
   * Accepts no more: whoever connects is for other runs, or waits. The sockets stay open, since others have them. The servers do not
   * notice, so that their own `close` does what it always does.
   */
  close(): void {
    this.#forgetGates(...this.#gates.keys())
    for (const { handle, server } of this.#held) if (server) closeForGood(handle)
  }

  /** Accepts no more, and ends each connection when what is under way on it is over: {@link busy} falls to 0. */
  drain(how: { timeoutMs: number; endsOwn: boolean }): void {
    this.close()
    for (const connections of this.#connections) connections.drain(how)
  }

  get #connections(): Connections[] {
    return this.#held.flatMap(({ connections }) => [...connections.values()])
  }

  /** @returns whether the server has one of these now */
  #take(server: Listening, args: readonly unknown[]): boolean {
    const target = targetOf(args)
    const held = this.#held.find(({ port }) => isAt(port, target))
    if (held?.server && held.server === this.#standIn) this.#standIn.close()
    if (!held || held.server || server._handle) return false
    const { handle, port, connections } = held
    held.server = server
    if (!connections.has(server)) connections.set(server, new Connections(server))
    handle.close = onClosed => {
      held.server = undefined
      this.#forgetGates(handle)
      pause(handle)
      if (onClosed) setImmediate(onClosed)
    }
    const onListening = args.find(arg => typeof arg === 'function')
    if (onListening) server.once('listening', onListening as () => void)
    this.#gate(server, handle)
    if ('path' in port) server._pipeName = port.path
    server._handle = handle
    server._listen2(null, -1, -1, target.backlog ?? usualBacklog)
    const { signal } = target
    if (signal?.aborted) process.nextTick(() => server.close())
    else signal?.addEventListener('abort', () => server.close(), { once: true })
    return true
  }

  /** Listening succeeds at once, and begins when the run is up. */
  #gate(server: Listening, handle: Handle): void {
    const listen = handle.listen.bind(handle)
    handle.listen = backlog => {
      handle.listen = listen
      if (this.#isOpen) return listen(backlog)
      this.#awake ??= setInterval(() => {}, longestMs)
      this.#gates.set(handle, () => {
        const number = listen(backlog)
        if (number < 0) server.emit('error', systemError(number, 'listen'))
      })
      return 0
    }
  }

  #forgetGates(...handles: Handle[]): void {
    for (const handle of handles) this.#gates.delete(handle)
    if (this.#gates.size > 0) return
    clearInterval(this.#awake)
    this.#awake = undefined
  }
}

type Target = { port?: number; path?: string; backlog?: number; signal?: AbortSignal }

/** What `listen` is asked for, by any of its forms: `(port, host, backlog)`, `(path, backlog)`, `(options)`. */
function targetOf(args: readonly unknown[]): Target {
  const [first] = args
  if (typeof first === 'object' && first !== null) {
    const { port, path, backlog, signal } = first as Record<string, unknown>
    return {
      ...placeOf(port === undefined ? path : port),
      ...(typeof backlog === 'number' && { backlog }),
      ...(signal instanceof AbortSignal && { signal }),
    }
  }
  const backlog = args.slice(1, 3).find(arg => typeof arg === 'number')
  return { ...placeOf(first), ...(backlog !== undefined && { backlog }) }
}

function placeOf(given: unknown): Target {
  if (typeof given === 'number') return { port: given }
  if (typeof given !== 'string') return {}
  return /^\d+$/.test(given) ? { port: Number(given) } : { path: given }
}

function isAt(port: Port, target: Target): boolean {
  return 'path' in port ? port.path === target.path : port.port === target.port
}

function placeText(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return addressText({ path: address ?? '' })
  return addressText({ host: address.address === '::' ? '' : address.address, port: address.port })
}
