// The store of several gateways, in their Redis, with a copy of certificates and account in the files of each: while Redis is away, what
// there is is served. All keys have a prefix.
import { randomUUID } from 'node:crypto'
import type { RedisLink } from '../registry/redis-link.ts'
import { newest } from './newest.ts'
import { isOrderable } from './renewal.ts'
import { type Account, authorityId, type CertificateStore, type Plan, parsed, type Stored } from './store.ts'

/** An answer that was never taken away, since its gateway is gone, is so after that. */
const challengeMs = 60 * 60_000

/** keys: hash; arguments: field */
const getScript = `return redis.call('HGET', KEYS[1], ARGV[1])`

/** keys: hash; arguments: field, value */
const setScript = `redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])`

/** keys: certificates, version; arguments: name, value, new version */
const saveScript = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[3])`

/** keys: certificates, version; arguments: known version. Null if that is still the one. */
const changedScript = `
local version = redis.call('GET', KEYS[2]) or ''
if version == ARGV[1] then return false end
return {version, redis.call('HGETALL', KEYS[1])}`

/** keys: challenge; arguments: answer, ms */
const presentScript = `redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`

/** keys: challenge */
const withdrawScript = `redis.call('DEL', KEYS[1])`

/** keys: challenge */
const presentedScript = `return redis.call('GET', KEYS[1])`

/** `copy`: the gateway's own files. */
export type RedisStoreOptions = {
  copy: CertificateStore
  link: Pick<RedisLink, 'run'>
  prefix: string
  directoryUrl: string
}

export class RedisStore implements CertificateStore {
  readonly takeUpMs = 3000
  #copy: CertificateStore
  #link: Pick<RedisLink, 'run'>
  #prefix: string
  /** All certificates as of a version of them; without one, nothing is known of what Redis has. */
  #known: { version: string; all: ReadonlyMap<string, Stored> } | undefined

  constructor({ copy, link, prefix, directoryUrl }: RedisStoreOptions) {
    this.#copy = copy
    this.#link = link
    this.#prefix = `${prefix}acme:${authorityId(directoryUrl)}:`
  }

  async open(): Promise<void> {
    await this.#copy.open()
  }

  /** That of the copy, where Redis has lost it, or the gateway was alone before. */
  async account(): Promise<Account | undefined> {
    const shared = await this.#get<Account>('account')
    if (shared) {
      await quietly(this.#copy.saveAccount(shared))
      return shared
    }
    const own = await this.#copy.account()
    if (own) await this.#set('account', own)
    return own
  }

  async saveAccount(account: Account): Promise<void> {
    await this.#set('account', account)
    await quietly(this.#copy.saveAccount(account))
  }

  async plan(name: string): Promise<Plan> {
    return (await this.#get<Plan>(`plan:${name}`)) ?? { nextAtMs: 0, failures: 0 }
  }

  async savePlan(name: string, plan: Plan): Promise<void> {
    await this.#set(`plan:${name}`, plan)
  }

  async holdUntilMs(): Promise<number> {
    return (await this.#get<{ untilMs: number }>('hold'))?.untilMs ?? 0
  }

  async hold(untilMs: number): Promise<void> {
    await this.#set('hold', { untilMs })
  }

  /** It is kept if either takes it: each gets it of the other later. */
  async saveCertificate(name: string, stored: Stored): Promise<void> {
    this.#known = undefined
    const saved = await Promise.allSettled([this.#share(name, stored), this.#copy.saveCertificate(name, stored)])
    const [first, second] = saved
    if (first.status === 'rejected' && second.status === 'rejected') throw second.reason
  }

  async certificates(): Promise<ReadonlyMap<string, Stored>> {
    try {
      const changed = await this.#changed()
      if (changed) this.#known = { version: changed.version, all: await this.#exchanged(changed.shared) }
      return this.#known?.all ?? new Map()
    } catch {
      // Redis is away, which is said where something is to be ordered.
      return this.#known?.all ?? (await this.#copy.certificates())
    }
  }

  async present(key: string, answer: string): Promise<void> {
    await quietly(this.#copy.present(key, answer))
    await this.#link.run(presentScript, [this.#challenge(key)], [answer, challengeMs])
  }

  async withdraw(key: string): Promise<void> {
    await quietly(this.#copy.withdraw(key))
    // It is over by itself.
    await quietly(this.#link.run(withdrawScript, [this.#challenge(key)], []))
  }

  /** Redis first: the copy may have an answer of an order that this gateway has not ended. */
  async presented(key: string): Promise<string | undefined> {
    try {
      const answer = await this.#link.run(presentedScript, [this.#challenge(key)], [])
      return typeof answer === 'string' ? answer : undefined
    } catch {
      return await this.#copy.presented(key)
    }
  }

  /** What Redis has, if it is another version than the known one. */
  async #changed(): Promise<{ version: string; shared: Map<string, Stored> } | undefined> {
    // No version is called so.
    const known = this.#known?.version ?? '-'
    const answer = (await this.#link.run(changedScript, this.#certificates, [known])) as [string, string[]] | null
    if (!answer) return undefined
    const [version, flat] = answer
    const shared = new Map<string, Stored>()
    for (let at = 0; at < flat.length; at += 2) {
      const [name = '', text = ''] = flat.slice(at, at + 2)
      const stored = parsed<Partial<Stored> | null>(text)
      // The name becomes that of a file, and others may write into this Redis.
      if (isOrderable(name) && stored?.pem && stored.key)
        shared.set(name, { pem: `${stored.pem}`, key: `${stored.key}` })
    }
    return { version, shared }
  }

  /** Each side gets what it lacks of the other. A copy that takes nothing now gets it with the next version. @throws if Redis is away */
  async #exchanged(shared: ReadonlyMap<string, Stored>): Promise<ReadonlyMap<string, Stored>> {
    await this.account()
    const own = await this.#copy.certificates().catch(() => new Map<string, Stored>())
    const { all, toOwn, toShared } = newest(own, shared)
    for (const [name, stored] of toOwn) await quietly(this.#copy.saveCertificate(name, stored))
    for (const [name, stored] of toShared) await this.#share(name, stored)
    return all
  }

  async #share(name: string, stored: Stored): Promise<void> {
    await this.#link.run(saveScript, this.#certificates, [name, JSON.stringify(stored), randomUUID()])
  }

  async #get<T>(field: string): Promise<T | undefined> {
    const text = await this.#link.run(getScript, [this.#others], [field])
    return typeof text === 'string' ? parsed<T>(text) : undefined
  }

  async #set(field: string, value: unknown): Promise<void> {
    await this.#link.run(setScript, [this.#others], [field, JSON.stringify(value)])
  }

  get #certificates(): string[] {
    return [`${this.#prefix}certificates`, `${this.#prefix}version`]
  }

  /** Account, hold, and plans. */
  get #others(): string {
    return `${this.#prefix}others`
  }

  #challenge(key: string): string {
    return `${this.#prefix}challenge:${key}`
  }
}

/** The other of the two places has it, or it is of no use any more. */
async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {})
}
