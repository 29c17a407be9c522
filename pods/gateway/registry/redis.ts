// The registry of several gateways, in Redis: each tells what it has had for a pod, and one of them gets the right to put it to sleep, or
// to wake it. All times are those of Redis. All keys have a prefix.
import { randomUUID } from 'node:crypto'
import type { RedisLink } from './redis-link.ts'
import type { Activity, Due, Lease, Registry } from './registry.ts'

/** What a gateway has open counts for so long after it was told. */
const openMs = 30_000

/** A right that was never released is over after that. */
const leaseMs = 60_000

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`

/** keys: lease, epoch. Sets `epoch`: 0 if another has the right. */
const take = `
local function take(token, known, leaseMs)
  if not redis.call('SET', KEYS[1], token, 'NX', 'PX', leaseMs) then return 0 end
  local epoch = math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(known)) + 1
  redis.call('SET', KEYS[2], epoch)
  return epoch
end`

/** keys: lease, epoch, last, open; arguments: gateway, is busy, is open, sleepMs, openMs, token, known epoch, leaseMs */
const lookScript = `${now}${take}
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
if ARGV[3] == '1' then
  redis.call('ZADD', KEYS[4], now + ARGV[5], ARGV[1])
  redis.call('PEXPIRE', KEYS[4], ARGV[5])
else
  redis.call('ZREM', KEYS[4], ARGV[1])
end
local last = tonumber(redis.call('GET', KEYS[3]) or '-1')
if ARGV[2] == '1' or last < 0 then last = now end
redis.call('SET', KEYS[3], last, 'PX', ARGV[4] * 2 + ARGV[5])
if redis.call('ZCARD', KEYS[4]) > 0 or now - last < tonumber(ARGV[4]) then return 0 end
return take(ARGV[6], ARGV[7], ARGV[8])`

/** keys: lease, epoch, last, open; arguments: sleepMs */
const isDueScript = `${now}
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
local last = tonumber(redis.call('GET', KEYS[3]) or '-1')
if last < 0 or redis.call('ZCARD', KEYS[4]) > 0 or now - last < tonumber(ARGV[1]) then return 0 end
return 1`

/** keys: lease, epoch; arguments: token, known epoch, leaseMs */
const leaseScript = `${take}
return take(ARGV[1], ARGV[2], ARGV[3])`

/** keys: lease; arguments: token */
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`

export type RedisRegistryOptions = { link: Pick<RedisLink, 'run' | 'close'>; prefix: string }

export class RedisRegistry implements Registry {
  #link: Pick<RedisLink, 'run' | 'close'>
  #prefix: string
  /** The name of this gateway. */
  #id = randomUUID()
  /** How many requests each pod had when it was told of; nothing was told of one that is not there. */
  #told = new Map<string, number>()

  constructor({ link, prefix }: RedisRegistryOptions) {
    this.#link = link
    this.#prefix = prefix
  }

  async look(all: readonly Activity[]): Promise<Due[]> {
    const before = this.#told
    // What is not told now counts as new the next time.
    this.#told = new Map()
    const looks = all.map(async activity => await this.#lookAt(activity, before.get(activity.pod)))
    const looked = await Promise.allSettled(looks)
    const due = looked.flatMap(one => (one.status === 'fulfilled' && one.value ? [one.value] : []))
    const failed = looked.find(one => one.status === 'rejected')
    if (!failed) return due
    await Promise.all(due.map(({ lease }) => lease.release()))
    throw failed.reason
  }

  async isDue({ pod, requests, open, sleepMs }: Activity): Promise<boolean> {
    if (open > 0 || this.#told.get(pod) !== requests) return false
    return Number(await this.#link.run(isDueScript, this.#keysOf(pod), [sleepMs])) === 1
  }

  async lease(pod: string, epoch: number): Promise<Lease | undefined> {
    const token = randomUUID()
    const [lease = '', counted = ''] = this.#keysOf(pod)
    const taken = await this.#link.run(leaseScript, [lease, counted], [token, epoch, leaseMs])
    return this.#leaseOf(pod, token, Number(taken))
  }

  async close(): Promise<void> {
    await this.#link.close()
  }

  async #lookAt({ pod, requests, open, sleepMs, epoch }: Activity, told: number | undefined): Promise<Due | undefined> {
    const isBusy = told !== requests || open > 0
    const token = randomUUID()
    const flags = [Number(isBusy), Number(open > 0)]
    const given = [this.#id, ...flags, sleepMs, openMs, token, epoch, leaseMs]
    const taken = await this.#link.run(lookScript, this.#keysOf(pod), given)
    this.#told.set(pod, requests)
    const lease = this.#leaseOf(pod, token, Number(taken))
    return lease && { pod, lease }
  }

  #leaseOf(pod: string, token: string, epoch: number): Lease | undefined {
    if (epoch === 0) return undefined
    const [lease = ''] = this.#keysOf(pod)
    // One that cannot be given back is over after its time.
    const release = async () => void (await this.#link.run(releaseScript, [lease], [token]).catch(() => {}))
    return { epoch, release }
  }

  /** Lease, epoch, when it was used last, and by whom it is used. */
  #keysOf(pod: string): string[] {
    return ['lease', 'epoch', 'last', 'open'].map(kind => `${this.#prefix}${kind}:${pod}`)
  }
}
