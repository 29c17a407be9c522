// The servers of an engine of p8a's own, each a pod of this host: they outlive the fleet pod and the host, and are started again with them.
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { P8a } from 'p8a'
import { writeWhole } from '../../whole-file.ts'
import { isDue, makeServerPair } from './certificates.ts'
import type { Keys } from './keys.ts'
import { type ServerFiles, serverConfig } from './server-config.ts'
import { readAgain } from './server-process.ts'

/** How much of its log is looked through. */
const complaintLines = 50

export type ServersOptions = {
  verbs: Pick<P8a['verbs'], 'push' | 'start' | 'remove' | 'status' | 'logs'>
  /** Of the fleet pod: the servers are called after it. */
  name: string
  storage: string
  /** How long a certificate is good. */
  certificateMs: number
}

export class Servers {
  #options: ServersOptions
  #keys: Keys
  /** One at a time. */
  #renewing: Promise<unknown> = Promise.resolve()

  constructor(keys: Keys, options: ServersOptions) {
    this.#keys = keys
    this.#options = options
  }

  get names(): string[] {
    return namesOf(this.#options.name, this.#keys.servers.length)
  }

  /** @throws {Error} if one cannot be started */
  async start(): Promise<void> {
    const { verbs } = this.#options
    await this.renew({ isForced: true })
    for (const [at, name] of this.names.entries()) {
      const files = this.#filesOf(at)
      await mkdir(files.accounts, { recursive: true, mode: 0o700 })
      await writeWhole(join(this.#folder(at), 'server.conf'), serverConfig(this.#keys, { at, files }))
      const words = [this.#keys.program, '-c', join(this.#folder(at), 'server.conf')]
      const code = `#!/bin/sh\nexec ${words.map(quoted).join(' ')}\n`
      await verbs.push({ name, code, file: `${name}.sh`, kind: 'service' })
    }
    for (const name of this.names) await verbs.start(name, { wait: false })
  }

  /** What they have said last of what is wrong, for people; empty if they have said nothing. */
  async complaint(): Promise<string> {
    for (const name of this.names) {
      const lines: string[] = []
      for await (const { text } of this.#options.verbs.logs({ name, limit: complaintLines, follow: false }))
        lines.push(text)
      const said = lines.findLast(line => /\[(?:ERR|FTL)\]|nats-server: /.test(line))
      if (said !== undefined) return said.replace(/^\[.*?\[(?:ERR|FTL)\] |^nats-server: /, '')
    }
    return ''
  }

  /** Makes new certificates where they are due. @returns how many; servers that are up use them from their next connection on */
  async renew(how: { isForced: boolean }): Promise<number> {
    const renewed = this.#renewing.then(async () => await this.#renew(how))
    this.#renewing = renewed.catch(() => {})
    return await renewed
  }

  async #renew({ isForced }: { isForced: boolean }): Promise<number> {
    const nowMs = Date.now()
    let made = 0
    for (const [at, { address }] of this.#keys.servers.entries()) {
      const { cert, key, authority } = this.#filesOf(at)
      const forMs = this.#options.certificateMs
      const old = await readFile(cert, 'utf8').catch(() => '')
      if (!isForced && !isDue(old, { forMs, nowMs })) continue
      await mkdir(this.#folder(at), { recursive: true, mode: 0o700 })
      const pair = await makeServerPair(this.#keys.authority, { hosts: [hostOf(address)], forMs, nowMs })
      await writeWhole(authority, this.#keys.authority.cert)
      await writeWhole(key, pair.key)
      await writeWhole(cert, pair.cert)
      made++
    }
    if (made > 0) await this.#reload()
    return made
  }

  /** Nothing of them is left, nor of what they have kept. */
  async remove(): Promise<void> {
    for (const name of this.names) await this.#options.verbs.remove(name, { force: true }).catch(() => {})
    await rm(join(this.#options.storage, 'engine'), { recursive: true, force: true })
  }

  /** They read their files again, and keep their connections. */
  async #reload(): Promise<void> {
    for (const name of this.names) {
      const status = await this.#options.verbs.status(name).catch(() => undefined)
      for (const { pid } of status?.runs ?? []) if (pid) readAgain(pid)
    }
  }

  #folder(at: number): string {
    return join(this.#options.storage, 'engine', String(at + 1))
  }

  #filesOf(at: number): ServerFiles {
    const folder = this.#folder(at)
    const file = (name: string) => join(folder, name)
    return {
      store: file('store'),
      accounts: file('accounts'),
      cert: file('cert.pem'),
      key: file('key.pem'),
      authority: file('authority.pem'),
    }
  }
}

const namesOf = (name: string, servers: number): string[] =>
  Array.from({ length: servers }, (_, at) => `${name}-engine${at + 1}`)

/** @throws {Error} if a pod has the name of one of the servers: it is not theirs, and has to be left alone */
export async function checkNames({ name, verbs }: Pick<P8a, 'name' | 'verbs'>, servers: number): Promise<void> {
  for (const one of namesOf(name, servers))
    if (await verbs.status(one).then(Boolean, () => false))
      throw new Error(`Cannot start the engine: there is a pod "${one}" already: pod remove local ${one}`)
}

/** Without its port, and without the brackets of an IPv6 address. */
export const hostOf = (address: string): string => new URL(`tls://${address}`).hostname.replace(/^\[|\]$/g, '')

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
