// The nats-servers of a trial: each at its place in the network, each can be killed, frozen and begun anew, with what it has kept.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { execa } from 'execa'
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
  /** Each server has a disk of its own, which has so much room. */
  diskMb?: number | undefined
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
    for (const name of options.names) {
      await engines.#mount(name)
      await engines.start(name)
    }
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

  /** Of a server that is up. */
  pid(name: string): number {
    const { pid } = this.#server(name).child ?? {}
    if (pid !== undefined) return pid
    throw new Error(`Engine "${name}" is not up`)
  }

  isUp(name: string): boolean {
    const { child } = this.#server(name)
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** Loses all that a server has kept. It has to be down. */
  forget(name: string): void {
    rmSync(this.#store(name), { recursive: true, force: true })
  }

  /** Copies what all servers have kept. They have to be down. */
  backup(): void {
    for (const name of this.names) cpSync(this.#store(name), `${this.#store(name)}.backup`, { recursive: true })
  }

  /** Puts back what {@link backup} has copied. They have to be down. */
  restore(): void {
    for (const name of this.names) {
      this.forget(name)
      cpSync(`${this.#store(name)}.backup`, this.#store(name), { recursive: true })
    }
  }

  /**
   * What a server has of a stream: it is made the leader, which answers from what it has itself.
   * @param urls of all servers, from here
   * @returns each message, as `number subject hash`
   */
  async keptBy(name: string, { urls, stream }: { urls: readonly string[]; stream: string }): Promise<string[]> {
    const connection = await connect({ servers: [...urls] })
    const leads = async () => {
      const told = await asked<{ cluster?: { leader?: string } }>(connection, `STREAM.INFO.${stream}`)
      if (told?.cluster?.leader === name) return true
      await asked(connection, `STREAM.LEADER.STEPDOWN.${stream}`, { placement: { preferred: name } })
      return false
    }
    try {
      return await until(
        async () => {
          if (!(await leads())) return false
          const found = await messagesOf(connection, stream)
          return (await leads()) && found
        },
        `${name} leads, and tells what it has`,
        { everyMs: 500, forMs: 120_000 },
      )
    } finally {
      await connection.close()
    }
  }

  /** Gives the disks of all servers more room. */
  async enlarge(diskMb: number): Promise<void> {
    for (const name of this.names) await execa('mount', ['-o', `remount,size=${diskMb}m`, this.#store(name)])
  }

  async close(): Promise<void> {
    for (const name of this.names) {
      await this.kill(name)
      if (this.#options.diskMb !== undefined) await execa('umount', [this.#store(name)], { reject: false })
    }
  }

  async #mount(name: string): Promise<void> {
    const { diskMb } = this.#options
    if (diskMb === undefined) return
    mkdirSync(this.#store(name))
    const made = await execa('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m`, 'none', this.#store(name)], {
      reject: false,
    })
    if (made.failed) throw new Impossible(`this machine makes no small disks: ${made.stderr}`)
  }

  #store(name: string): string {
    return join(this.#options.dir, `store-${name}`)
  }

  #server(name: string): Server {
    const server = this.#servers.get(name)
    if (server) return server
    throw new Error(`There is no engine "${name}"`)
  }

  #config(name: string, { host, port, route }: Listening): string {
    const { network, names, more = '' } = this.#options
    const routes = [...this.#servers.values()].map(({ listening }) => `nats://${listening.host}:${listening.route}`)
    const noGossip = network.kind === 'proxies' ? ', no_advertise: true' : ''
    return `server_name: "${name}"
listen: "${host}:${port}"
lame_duck_grace_period: "1s"
lame_duck_duration: "30s"
jetstream { store_dir: "${this.#store(name)}", sync_interval: always }
${names.length > 1 ? `cluster { name: trial, listen: "${host}:${route}", routes: ${JSON.stringify(routes)}${noGossip} }` : ''}
${more}
`
  }
}

/** @returns undefined where nobody led meanwhile */
async function messagesOf(connection: NatsConnection, stream: string): Promise<string[] | undefined> {
  const found: string[] = []
  for (let seq = 1; ; ) {
    const told = await asked<{ message?: Message }>(connection, `STREAM.MSG.GET.${stream}`, { seq, next_by_subj: '>' })
    if (!told) return undefined
    if (!told.message) return found
    const { subject, seq: at, data = '' } = told.message
    found.push(`${at} ${subject} ${createHash('sha256').update(data).digest('hex')}`)
    seq = at + 1
  }
}

type Message = { subject: string; seq: number; data?: string }

/** @returns undefined where nobody has answered. @throws {Error} about any failure but that there is no such message */
async function asked<T>(connection: NatsConnection, what: string, body: object = {}): Promise<T | undefined> {
  const answer = await connection
    .request(`$JS.API.${what}`, JSON.stringify(body), { timeout: 5000 })
    .catch(() => undefined)
  const told = answer?.json<T & { error?: { err_code: number; description: string } }>()
  if (!told?.error || told.error.err_code === noMessage) return told
  if (isElecting.includes(told.error.err_code)) return undefined
  throw new Error(`${what}: ${told.error.description}`)
}

const noMessage = 10_037
/** Temporarily unavailable; no leader. */
const isElecting = [10_008, 10_009]
