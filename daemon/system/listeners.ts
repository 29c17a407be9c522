// The sockets at which this host listens, by name: opened here, or inherited from the host before. They can be given to
// the next one, so that whoever connects meanwhile waits and is not refused.
import type net from 'node:net'

export type ListenerName = 'claim' | 'link' | 'inner-link' | 'client' | 'port' | 'shell' | `user-${number}`

/** A server as Node has it below: the descriptor of its socket. */
type Listening = net.Server & { _handle?: { fd?: number } | null }

export class Listeners {
  /** Those that were given to this process and are not in use yet. */
  #given: Map<string, number>
  #servers = new Map<ListenerName, net.Server>()
  #connections = new Set<net.Socket>()
  #areKept = false

  constructor(given: ReadonlyMap<string, number> = new Map()) {
    this.#given = new Map(given)
  }

  /** Whether another host has them too, so that nothing of them may be removed. */
  get areKept(): boolean {
    return this.#areKept
  }

  /**
   * Lets `server` listen at the socket of that name that was given, else at one that is opened by `options`.
   * @returns whether it was given
   */
  async open(name: ListenerName, server: net.Server, options: net.ListenOptions): Promise<boolean> {
    const fd = this.#given.get(name)
    const { backlog = 511 } = options
    this.#given.delete(name)
    await listen(server, fd === undefined ? options : { fd, backlog })
    if (!this.#servers.has(name)) server.on('connection', socket => this.#watch(socket))
    this.#servers.set(name, server)
    return fd !== undefined
  }

  /** Those that are open now. */
  get descriptors(): [name: ListenerName, fd: number][] {
    return [...this.#servers].flatMap(([name, server]) => {
      const { fd = -1 } = (server as Listening)._handle ?? {}
      return fd < 0 ? [] : [[name, fd] as [ListenerName, number]]
    })
  }

  /** Another host has them from now on, too: a server that is closed leaves its path. */
  keep(): void {
    this.#areKept = true
  }

  /** Closes them all, and every connection that came by them, once what was written has gone. */
  cut(): void {
    for (const server of this.#servers.values()) server.close()
    for (const socket of this.#connections) socket.destroySoon()
  }

  #watch(socket: net.Socket): void {
    this.#connections.add(socket)
    socket.once('close', () => this.#connections.delete(socket))
  }
}

async function listen(server: net.Server, options: net.ListenOptions | { fd: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
