// Which hosts are in a fleet, by which key, and whose keys are void: what the keepers of its engine write, and they alone.
import * as v from 'valibot'
import { unavailable } from '../host/errors.ts'
import type { Outcome, Rev, StatePort } from '../port/ports.ts'
import { nowSeconds } from './claims.ts'

const memberSchema = v.object({
  v: v.literal(1),
  name: v.string(),
  id: v.string(),
  key: v.string(),
  /** By which it writes of others that they are dead, where it gives a server. */
  fencingKey: v.optional(v.string()),
  /** Where it may give the engine a server. */
  server: v.optional(v.string()),
  /** By which it came in. */
  invite: v.optional(v.string()),
  atMs: v.number(),
})
export type MemberRecord = v.InferOutput<typeof memberSchema>

/** An invite that was used: by which host. */
const inviteSchema = v.object({ v: v.literal(1), name: v.string(), id: v.optional(v.string()), endsAt: v.number() })

const accountSchema = v.object({ v: v.literal(1), issuedAt: v.number(), revoked: v.record(v.string(), v.number()) })
/** `revoked`: public keys, and since when in seconds. */
export type AccountRecord = v.InferOutput<typeof accountSchema>

const mostAttempts = 20

export class Members {
  #state: StatePort

  constructor(state: StatePort) {
    this.#state = state
  }

  async member(host: string): Promise<MemberRecord | undefined> {
    return (await this.#read(`member.${host}`, memberSchema))?.record
  }

  /** @param before the key that the name had, which is void by now */
  async put(member: Omit<MemberRecord, 'v' | 'atMs'>): Promise<void> {
    const record = { v: 1, ...member, atMs: Date.now() }
    done(await this.#state.put(`member.${member.name}`, bytesOf(record), 'any'))
  }

  /**
   * From now on a host writes of others by this key, or by none; the key that it had for that is void.
   * @returns whether it had another one. @throws {Error} if it is in no list
   */
  async setFencingKey(host: string, key: string | undefined): Promise<boolean> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const found = await this.#read(`member.${host}`, memberSchema)
      if (!found) throw new Error(`there is no host "${host}" in the fleet`)
      const { fencingKey: before, ...rest } = found.record
      if (before === key) return false
      if (before !== undefined) await this.revoke(before)
      const record: MemberRecord = { ...rest, ...(key !== undefined && { fencingKey: key }) }
      const put = await this.#state.put(`member.${host}`, bytesOf(record), found.rev)
      if (put.ok) return before !== undefined
      if (put.why !== 'conflict' && put.why !== 'unknown') throw unavailable(put)
    }
    throw unavailable(undefined)
  }

  /** All that a host may do is void. */
  async revokeAll({ key, fencingKey }: MemberRecord): Promise<void> {
    await this.revoke(key)
    if (fencingKey !== undefined) await this.revoke(fencingKey)
  }

  async remove(host: string): Promise<void> {
    done(await this.#state.del(`member.${host}`, 'any'))
  }

  /** Notes that an invite is used, for good. @returns by which host it was used before, if it was */
  async use(
    invite: string,
    { name, id, endsAt }: { name: string; id: string; endsAt: number },
  ): Promise<string | undefined> {
    const key = `invite.${invite}`
    const put = await this.#state.put(key, bytesOf({ v: 1, name, id, endsAt }), 'absent')
    if (put.ok) return undefined
    if (put.why !== 'conflict' && put.why !== 'unknown') throw unavailable(put)
    const used = await this.#read(key, inviteSchema)
    if (!used) throw unavailable(put)
    return used.record.id === id ? undefined : used.record.name
  }

  /** The host that came by it is not in after all: it is as if nobody had used it. */
  async unuse(invite: string): Promise<void> {
    done(await this.#state.del(`invite.${invite}`, 'any'))
  }

  async account(): Promise<AccountRecord> {
    return (await this.#read('account', accountSchema))?.record ?? { v: 1, issuedAt: 1, revoked: {} }
  }

  /** From now on the key is void: servers that are told the account as it is then let nobody in by it. */
  async revoke(key: string): Promise<AccountRecord> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const found = await this.#read('account', accountSchema)
      const before = found?.record ?? { issuedAt: 1, revoked: {} }
      // A server takes only what is newer, and counts in seconds.
      const issuedAt = Math.max(nowSeconds(), before.issuedAt + 1)
      const record: AccountRecord = { v: 1, issuedAt, revoked: { ...before.revoked, [key]: forEver } }
      const put = await this.#state.put('account', bytesOf(record), found?.rev ?? 'absent')
      if (put.ok) return record
      if (put.why !== 'conflict' && put.why !== 'unknown') throw unavailable(put)
    }
    throw unavailable(undefined)
  }

  async #read<S extends v.GenericSchema>(
    key: string,
    schema: S,
  ): Promise<{ record: v.InferOutput<S>; rev: Rev } | undefined> {
    const found = await this.#state.get(key)
    if (!found.ok) throw unavailable(found)
    if (!found.value) return undefined
    return { record: v.parse(schema, JSON.parse(Buffer.from(found.value.value).toString())), rev: found.value.rev }
  }
}

/** A key is used by one host, and signed for once: what is void stays so, whatever the clocks of hosts say. In seconds, of the year 2100. */
const forEver = 4_102_444_800

const bytesOf = (record: object): Uint8Array => Buffer.from(JSON.stringify(record))

function done(outcome: Outcome<unknown>): void {
  if (!outcome.ok) throw unavailable(outcome)
}
