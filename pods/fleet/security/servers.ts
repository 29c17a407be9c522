// The servers of an engine of p8a's own that this host has, each a pod: they outlive the fleet pod and the host, and are started again with them.
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { P8a } from 'p8a'
import * as v from 'valibot'
import { readIfThere, writeWhole } from '../../whole-file.ts'
import { plainError } from '../host/errors.ts'
import type { EngineRecord } from '../records.ts'
import { isDue, isOverdue, newKeypair } from './certificates.ts'
import { type ServerFiles, type ServerPlan, serverConfig } from './server-config.ts'
import { readAgain } from './server-process.ts'

/** How much of its log is looked through. */
const complaintLines = 50

const serverSchema = v.object({
  /** Its pod is `…-engine1` where this is 1, and its folder is `engine/1`. */
  at: v.number(),
  name: v.string(),
  address: v.string(),
  route: v.string(),
  advertised: v.string(),
  /** The nats-server that it runs. */
  program: v.string(),
})
export type ServerHere = v.InferOutput<typeof serverSchema>

const hereSchema = v.object({
  v: v.literal(1),
  fleet: v.string(),
  servers: v.array(serverSchema),
  /** As they were when their configuration was written last. */
  routes: v.array(v.string()),
  trust: v.string(),
})
type HereFile = v.InferOutput<typeof hereSchema>

/** By the authority of the fleet. */
export type Signer = (asked: { name: string; publicKey: string; forMs: number }) => Promise<Signed>
export type Signed = { cert: string; authority: string; trust: string }

export type ServersOptions = {
  verbs: Pick<P8a['verbs'], 'push' | 'start' | 'remove' | 'status' | 'logs'>
  /** Of the fleet pod: the servers are called after it. */
  name: string
  storage: string
  /** How long a certificate is good. */
  certificateMs: number
  fleet: string
  sign: Signer
}

export class Servers {
  #options: ServersOptions
  #here: HereFile
  /** One thing at a time. */
  #work: Promise<unknown> = Promise.resolve()

  private constructor(options: ServersOptions, here: HereFile) {
    this.#options = options
    this.#here = here
  }

  /** @param options.usual those that a host has which has noted none; without them it has none then */
  static async open(options: ServersOptions & { usual?: readonly ServerHere[] | undefined }): Promise<Servers> {
    const { usual = [], storage, fleet } = options
    const text = await readIfThere(fileOf(storage))
    const none: HereFile = { v: 1, fleet, servers: [...usual], routes: [], trust: '' }
    const here = text === undefined ? none : v.parse(hereSchema, JSON.parse(text))
    return new Servers(options, here.fleet === fleet ? here : none)
  }

  get here(): readonly ServerHere[] {
    return this.#here.servers
  }

  /** Its number is the least that is free. */
  get nextAt(): number {
    const taken = this.here.map(({ at }) => at)
    return Array.from({ length: taken.length + 1 }, (_, index) => index + 1).find(at => !taken.includes(at)) ?? 1
  }

  nameOf({ at }: Pick<ServerHere, 'at'>): string {
    return serverName(this.#options.name, at)
  }

  /** Notes servers, which {@link configure} starts. */
  async add(servers: readonly ServerHere[]): Promise<void> {
    await this.#alone(async () => await this.#keep({ servers: [...this.here, ...servers] }))
  }

  /**
   * Those that are not there are started, and those whose configuration is another by now read it.
   * @param routes of all servers. @throws {Error} if one cannot be started
   */
  async configure(routes: readonly string[]): Promise<void> {
    await this.#alone(async () => {
      if (routes.join() !== this.#here.routes.join()) await this.#keep({ routes: [...routes] })
      await this.#renew({ isForced: false })
      for (const server of this.here) await this.#ensure(server)
    })
  }

  /**
   * Does what is written of the servers of the engine: those that have ended leave nothing, spares of this host begin, and all know of each other.
   * @param program which spares run
   */
  async follow({ servers, ended }: EngineRecord, { host, program }: { host: string; program?: string }): Promise<void> {
    await this.remove(ended)
    for (const { name, address, route } of servers.filter(one => one.isSpare && one.host === host)) {
      if (program === undefined || this.here.some(one => one.name === name)) continue
      const advertised = this.here.find(one => one.advertised === '')?.address ?? ''
      await this.add([{ at: this.nextAt, name, address, route, advertised, program }])
    }
    if (this.here.length > 0) await this.configure(servers.map(({ route }) => route).filter(Boolean))
  }

  /** What they have said last of what is wrong, for people; empty if they have said nothing. */
  async complaint(): Promise<string> {
    for (const server of this.here) {
      const lines: string[] = []
      const asked = { name: this.nameOf(server), limit: complaintLines, follow: false }
      for await (const { text } of this.#options.verbs.logs(asked)) lines.push(text)
      const said = lines.findLast(line => /\[(?:ERR|FTL)\]|nats-server: /.test(line))
      if (said !== undefined) return said.replace(/^\[.*?\[(?:ERR|FTL)\] |^nats-server: /, '')
    }
    return ''
  }

  /** Makes new certificates where they are due. @returns how many; servers that are up use them from their next connection on */
  async renew(how: { isForced: boolean }): Promise<number> {
    return await this.#alone(async () => await this.#renew(how))
  }

  /** Servers whose certificates were to be made anew long ago. @param lateMs how long that may take */
  async overdue(lateMs: number): Promise<string[]> {
    const { certificateMs: forMs } = this.#options
    const found = this.here.map(async server => {
      const pem = await readFile(this.#filesOf(server).cert, 'utf8').catch(() => '')
      return isOverdue(pem, { forMs, nowMs: Date.now(), lateMs }) ? [server.name] : []
    })
    return (await Promise.all(found)).flat()
  }

  /** Nothing is left of those that have one of these names, nor of what they have kept. */
  async remove(names: readonly string[]): Promise<void> {
    await this.#alone(async () => {
      for (const server of this.here.filter(({ name }) => names.includes(name))) {
        await this.#options.verbs.remove(this.nameOf(server), { force: true }).catch(() => {})
        await rm(this.#folder(server), { recursive: true, force: true })
        await this.#keep({ servers: this.here.filter(one => one !== server) })
      }
    })
  }

  async removeAll(): Promise<void> {
    await this.remove(this.here.map(({ name }) => name))
    await rm(join(this.#options.storage, 'engine'), { recursive: true, force: true })
  }

  async #renew({ isForced }: { isForced: boolean }): Promise<number> {
    const { certificateMs: forMs, sign } = this.#options
    let made = 0
    for (const server of this.here) {
      const files = this.#filesOf(server)
      const old = await readFile(files.cert, 'utf8').catch(() => '')
      // What it trusts comes with its certificate.
      const isUnknown = this.#here.trust === '' && server.route !== ''
      if (!isForced && !isUnknown && !isDue(old, { forMs, nowMs: Date.now() })) continue
      await mkdir(files.accounts, { recursive: true, mode: 0o700 })
      const { publicKey, privateKey } = await newKeypair()
      const { cert, authority, trust } = await sign({ name: server.name, publicKey, forMs })
      await writeWhole(files.authority, authority)
      await writeWhole(files.key, privateKey)
      await writeWhole(files.cert, cert)
      // A server that was configured before has been told since whom to trust.
      if (this.#here.trust === '') await this.#keep({ trust })
      await this.#reload(server)
      made++
    }
    return made
  }

  async #ensure(server: ServerHere): Promise<void> {
    const { verbs, fleet } = this.#options
    const files = this.#filesOf(server)
    const file = join(this.#folder(server), 'server.conf')
    // One that is alone for good was configured when it was set up.
    if (server.route === '' && (await readIfThere(file)) !== undefined) return
    const plan: ServerPlan = { ...server, fleet, routes: this.#here.routes, trust: this.#here.trust }
    const text = serverConfig(plan, files)
    const isNew = (await readIfThere(file)) !== text
    if (isNew) await writeWhole(file, text)
    const name = this.nameOf(server)
    if (!(await verbs.status(name).catch(() => undefined))) {
      const code = `#!/bin/sh\nexec ${[server.program, '-c', file].map(quoted).join(' ')}\n`
      await verbs.push({ name, code, file: `${name}.sh`, kind: 'service' })
      await verbs.start(name, { wait: false })
    } else if (isNew) await this.#reload(server)
  }

  /** It reads its files again, and keeps its connections. */
  async #reload(server: ServerHere): Promise<void> {
    const status = await this.#options.verbs.status(this.nameOf(server)).catch(() => undefined)
    for (const { pid } of status?.runs ?? []) if (pid) readAgain(pid)
  }

  async #keep(change: Partial<HereFile>): Promise<void> {
    this.#here = { ...this.#here, ...change }
    await mkdir(join(this.#options.storage, 'engine'), { recursive: true, mode: 0o700 })
    await writeWhole(fileOf(this.#options.storage), `${JSON.stringify(this.#here, null, 2)}\n`)
  }

  #folder({ at }: ServerHere): string {
    return join(this.#options.storage, 'engine', String(at))
  }

  #filesOf(server: ServerHere): ServerFiles {
    const file = (name: string) => join(this.#folder(server), name)
    return {
      store: file('store'),
      accounts: file('accounts'),
      cert: file('cert.pem'),
      key: file('key.pem'),
      authority: file('authority.pem'),
    }
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work)
    this.#work = next.catch(() => {})
    return await next
  }
}

const fileOf = (storage: string): string => join(storage, 'engine', 'servers.json')

const serverName = (name: string, at: number): string => `${name}-engine${at}`

/** @throws {Error} if a pod has the name of one of the servers: it is not theirs, and has to be left alone */
export async function checkNames({ name, verbs }: Pick<P8a, 'name' | 'verbs'>, ats: readonly number[]): Promise<void> {
  for (const one of ats.map(at => serverName(name, at)))
    if (await verbs.status(one).then(Boolean, () => false))
      throw plainError(`Cannot start the engine: there is a pod "${one}" already, which is not its server`, {
        text: 'If nobody needs that pod',
        do: { verb: 'remove', args: [one], options: { force: true } },
      })
}

/** Without its port, and without the brackets of an IPv6 address. */
export const hostOf = (address: string): string => new URL(`tls://${address}`).hostname.replace(/^\[|\]$/g, '')

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
