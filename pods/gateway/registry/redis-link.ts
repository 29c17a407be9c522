// The connection to Redis: to the first address at which there is a Redis that will do, again and again. It knows nothing of pods.
import type { RedisClientType } from '@redis/client'

/** The oldest Redis that will do. */
const leastVersion = 6

/** After an attempt that failed, for how long nothing is tried. */
const pauseMs = 1000

/** Said by a Redis that does not do what is asked, and by no other: what there is at the address is of the wrong kind. */
export class WrongKind extends Error {}

export class RedisLink {
  #urls: readonly string[]
  #timeoutMs: number
  #client: Promise<RedisClientType> | undefined
  #current: RedisClientType | undefined
  #failed: { error: Error; atMs: number } | undefined

  /** @param urls one is used at a time: the others are for when that is gone, or is a replica by now */
  constructor(urls: readonly string[], { timeoutMs }: { timeoutMs: number }) {
    this.#urls = urls
    this.#timeoutMs = timeoutMs
  }

  /** @throws {WrongKind} at once; {Error} if none is reached */
  async open(): Promise<void> {
    await this.#connected()
  }

  /** Runs a script. @throws {Error} if it was not done, or may not have been */
  async run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const client = await this.#connected()
    try {
      const given = { keys: [...keys], arguments: args.map(String) }
      return await within(client.eval(script, given), this.#timeoutMs)
    } catch (error) {
      // It may be a replica by now, or hang: another connection is another chance.
      this.#drop(client)
      throw error
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined)
    if (client) this.#drop(client)
  }

  async #connected(): Promise<RedisClientType> {
    if (this.#failed && performance.now() < this.#failed.atMs + pauseMs) throw this.#failed.error
    this.#client ??= this.#connect().catch(error => {
      this.#client = undefined
      this.#failed = { error, atMs: performance.now() }
      throw error
    })
    return await this.#client
  }

  async #connect(): Promise<RedisClientType> {
    const { createClient } = await import('@redis/client')
    let last: Error | undefined
    for (const url of this.#urls) {
      const socket = { connectTimeout: this.#timeoutMs, reconnectStrategy: false as const }
      const client = createClient({ url, socket, disableOfflineQueue: true }) as RedisClientType
      // What is asked meanwhile fails by itself.
      client.on('error', () => this.#drop(client))
      try {
        await within(client.connect(), this.#timeoutMs)
        await within(check(client), this.#timeoutMs)
        this.#current = client
        return client
      } catch (error) {
        last = explained(error as Error, url)
        this.#drop(client)
      }
    }
    throw last ?? new Error('There is no address of a Redis')
  }

  #drop(client: RedisClientType): void {
    // One that was dropped before may say so late.
    if (this.#current === client) this.#client = this.#current = undefined
    try {
      client.destroy()
    } catch {
      // It is closed already.
    }
  }
}

/** @throws {WrongKind} */
async function check(client: RedisClientType): Promise<void> {
  const info = String(await client.sendCommand(['INFO']))
  const of = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
  const [version, mode, role, policy] = ['redis_version', 'redis_mode', 'role', 'maxmemory_policy'].map(of)
  if (Number.parseInt(version ?? '', 10) < leastVersion)
    throw new WrongKind(`is Redis ${version}: it has to be ${leastVersion}.0 or newer`)
  if (mode !== undefined && mode !== 'standalone')
    throw new WrongKind(`is a ${mode}: it has to be a single Redis, or one with replicas`)
  if (role !== undefined && role !== 'master') throw new WrongKind('is a replica: name its master')
  if (policy !== undefined && policy !== 'noeviction')
    throw new WrongKind(`forgets keys when it is full (maxmemory-policy ${policy}): set noeviction`)
}

/** Without the password that may be in it. */
function explained(error: Error, url: string): Error {
  const { host } = new URL(url)
  if (error instanceof WrongKind) return new WrongKind(`The Redis at ${host} ${error.message}`)
  const { message, code, errors } = error as Error & { code?: string; errors?: Error[] }
  return new Error(`There is no Redis at ${host}: ${message || errors?.[0]?.message || code || 'no answer'}`)
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms)
  work.catch(() => {})
  return await Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}
