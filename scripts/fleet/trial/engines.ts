// The nats-servers of a trial: each at its place in the network, each can be killed, frozen and begun anew, with what it has kept.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import { natsServer } from '../../../test/system.ts'
import { until } from '../../../test/until.ts'
import { Impossible, type Listening, type Network } from './places.ts'

type Server = { listening: Listening; child: ChildProcess | undefined }

export type EnginesOptions = {
  dir: string
  network: Network
  names: readonly string[]
  /** More lines of each one's configuration, such as its users. */
  more?: string
}

export class Engines {
  readonly names: readonly string[]
  #servers = new Map<string, Server>()
  #options: EnginesOptions

  private constructor(options: EnginesOptions) {
    this.#options = options
    this.names = options.names
  }

  static async open(options: EnginesOptions): Promise<Engines> {
    if (!natsServer()) throw new Impossible('there is no nats-server: node scripts/install-nats.ts brings one')
    const engines = new Engines(options)
    for (const name of options.names)
      engines.#servers.set(name, { listening: await options.network.engine(name), child: undefined })
    for (const name of options.names) await engines.start(name)
    return engines
  }

  /** Returns at once: {@link ready} waits. */
  async start(name: string): Promise<void> {
    const { dir, network } = this.#options
    const server = this.#server(name)
    const file = join(dir, `${name}.conf`)
    writeFileSync(file, this.#config(name, server.listening))
    const [program = '', ...args] = [...network.at(name), natsServer() ?? '', '-c', file]
    server.child = spawn(program, args, { stdio: 'ignore' })
  }

  /** Resolves when a majority leads: what is asked then is answered. @param from the host from which it is asked */
  async ready(urls: readonly string[], user?: { user: string; pass: string }): Promise<void> {
    await until(async () => {
      const connection = await connect({ servers: [...urls], timeout: 1000, reconnect: false, ...user }).catch(
        () => undefined,
      )
      if (!connection) return false
      const answered = await connection.request('$JS.API.INFO', '', { timeout: 1000 }).catch(() => undefined)
      await connection.close()
      return answered !== undefined && JSON.parse(answered.string()).error === undefined
    }, 'the engines lead')
  }

  /** SIGKILL: nothing is said to anyone. */
  async kill(name: string): Promise<void> {
    const { child } = this.#server(name)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** Lame duck: it sends its clients to the others, and then ends. */
  async retire(name: string): Promise<void> {
    const { child } = this.#server(name)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGUSR2')
    await ended
  }

  freeze(name: string): void {
    this.#server(name).child?.kill('SIGSTOP')
  }

  thaw(name: string): void {
    this.#server(name).child?.kill('SIGCONT')
  }

  isUp(name: string): boolean {
    const { child } = this.#server(name)
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** Loses all that a server has kept. It has to be down. */
  forget(name: string): void {
    rmSync(join(this.#options.dir, `store-${name}`), { recursive: true, force: true })
  }

  async close(): Promise<void> {
    for (const name of this.names) await this.kill(name)
  }

  #server(name: string): Server {
    const server = this.#servers.get(name)
    if (server) return server
    throw new Error(`There is no engine "${name}"`)
  }

  #config(name: string, { host, port, route }: Listening): string {
    const { dir, network, names, more = '' } = this.#options
    const routes = [...this.#servers.values()].map(({ listening }) => `nats://${listening.host}:${listening.route}`)
    const noGossip = network.kind === 'proxies' ? ', no_advertise: true' : ''
    return `server_name: "${name}"
listen: "${host}:${port}"
lame_duck_grace_period: "1s"
lame_duck_duration: "30s"
jetstream { store_dir: "${join(dir, `store-${name}`)}", sync_interval: always }
${names.length > 1 ? `cluster { name: trial, listen: "${host}:${route}", routes: ${JSON.stringify(routes)}${noGossip} }` : ''}
${more}
`
  }
}
