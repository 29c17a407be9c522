// The network of a machine that makes no namespaces: each host reaches each engine by a proxy of its own, which can lose what goes one way.
// Engines reach each other as they like.
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../../../test/free-port.ts'
import { Impossible, type Listening, type Network, type Places } from './places.ts'

type Link = { port: number; sockets: Set<Socket>; server: Server; lost: Set<'there' | 'back'> }

export class Proxies implements Network {
  readonly kind = 'proxies'
  #engines = new Map<string, Listening>()
  #links = new Map<string, Link>()

  static async open({ hosts, engines }: Places): Promise<Proxies> {
    const network = new Proxies()
    for (const host of hosts) for (const engine of engines) await network.#open(host, engine)
    return network
  }

  at(): readonly string[] {
    return []
  }

  async engine(place: string): Promise<Listening> {
    const known = this.#engines.get(place) ?? { host: '127.0.0.1', port: await freePort(), route: await freePort() }
    this.#engines.set(place, known)
    return known
  }

  urlOf(host: string, engine: string): string {
    return `nats://127.0.0.1:${this.#links.get(`${host}-${engine}`)?.port}`
  }

  async #open(host: string, engine: string): Promise<void> {
    const { port } = await this.engine(engine)
    const link: Link = { port: 0, sockets: new Set(), server: createServer(), lost: new Set() }
    link.server.on('connection', client => this.#carry(link, client, port))
    await new Promise<void>(resolve => link.server.listen(0, '127.0.0.1', resolve))
    link.port = (link.server.address() as { port: number }).port
    this.#links.set(`${host}-${engine}`, link)
  }

  async cut(from: string, to: string): Promise<void> {
    const there = this.#links.get(`${from}-${to}`)
    const back = this.#links.get(`${to}-${from}`)
    if (!there && !back) throw new Impossible(`proxies cannot cut ${from} from ${to}: that needs network namespaces`)
    there?.lost.add('there')
    back?.lost.add('back')
  }

  async unplug(place: string): Promise<void> {
    for (const [name, link] of this.#links)
      if (name.split('-').includes(place)) for (const way of ['there', 'back'] as const) link.lost.add(way)
  }

  async carried(): Promise<undefined> {}

  async heal(): Promise<void> {
    for (const { lost, sockets } of this.#links.values()) {
      // What was lost would leave a hole in the stream: the connection is another one from now on.
      if (lost.size > 0) for (const socket of sockets) socket.destroy()
      lost.clear()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { server, sockets } of this.#links.values()) {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  }

  #carry({ sockets, lost }: Link, client: Socket, port: number): void {
    const engine = connect(port, '127.0.0.1')
    const ends = [
      [client, engine, 'there'],
      [engine, client, 'back'],
    ] as const
    for (const [from, to, way] of ends) {
      sockets.add(from)
      from.on('data', bytes => void (lost.has(way) || to.write(bytes)))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        if (lost.size === 0) to.destroy()
      })
    }
  }
}
