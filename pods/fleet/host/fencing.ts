// What is written of another host: that it is dead, or gone for good. Where each host has a credential of its own, no host may write that of
// another one, unless it gives a server: then the keepers of the engine are asked, which look for themselves whether it is dead.
import { BusError, type BusPort, type Engine, failed, type Outcome, type Rev } from '../port/ports.ts'
import { type HostRecord, writeRecord } from '../records.ts'
import { forgetHost, type Rest } from './forgetting.ts'
import type { Known } from './tables.ts'

export type Lost = { isLost?: true }

export interface Fencing {
  /** @returns the rev of its record then; a `conflict` if it has beaten meanwhile */
  declareDead(known: Known<HostRecord>, more?: Lost): Promise<Outcome<Rev>>
  /** @returns `conflict` if its record is another by now: then nothing was done */
  forget(forgotten: { host: string; rev: Rev; rest: Rest }): Promise<Outcome<void>>
}

/** By a credential that may write of all hosts. */
export function directFencing(engine: Engine): Fencing {
  return {
    declareDead: async ({ record, rev }, more = {}) => {
      const dead = { ...record, pods: {}, isFenced: true, ...more }
      return await engine.state.put(`host.${record.name}`, writeRecord('host', dead), rev)
    },
    forget: async forgotten => await forgetHost(engine, forgotten),
  }
}

/** Where each host has a credential of its own: by another one that may write of all hosts while there is one, and else by asking. */
export class GuardedFencing implements Fencing {
  /** The engine as that other credential has it, which hosts with servers have. */
  own: Engine | undefined
  #asked: Fencing

  constructor(bus: BusPort) {
    this.#asked = askedFencing(bus)
  }

  async declareDead(known: Known<HostRecord>, more?: Lost): Promise<Outcome<Rev>> {
    return await this.#now.declareDead(known, more)
  }

  async forget(forgotten: { host: string; rev: Rev; rest: Rest }): Promise<Outcome<void>> {
    return await this.#now.forget(forgotten)
  }

  get #now(): Fencing {
    return this.own?.isUp ? directFencing(this.own) : this.#asked
  }
}

/** What keepers are asked, by subject. */
export const keeperSubjects = { fence: 'keeper.fence', forget: 'keeper.forget' } as const

export type AskedToFence = { host: string; rev: Rev; isLost: boolean }
export type AskedToForget = { host: string; rev: Rev }

const askMs = 5000

/** By asking those that may. */
export function askedFencing(bus: BusPort): Fencing {
  const ask = async <T>(subject: string, asked: AskedToFence | AskedToForget): Promise<Outcome<T>> => {
    try {
      const told = await bus.request(subject, Buffer.from(JSON.stringify(asked)), { timeoutMs: askMs })
      return JSON.parse(Buffer.from(told).toString()) as Outcome<T>
    } catch (error) {
      const why = error instanceof BusError && error.why === 'not_delivered' ? 'unavailable' : 'unknown'
      return failed(why, `no host that keeps the engine answers: ${(error as Error).message}`)
    }
  }
  return {
    declareDead: async ({ record: { name }, rev }, { isLost = false } = {}) =>
      await ask<Rev>(keeperSubjects.fence, { host: name, rev, isLost }),
    forget: async ({ host, rev }) => await ask<void>(keeperSubjects.forget, { host, rev }),
  }
}
