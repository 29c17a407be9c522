// Whether runs of a service in another language listen to the port that they are told, since nobody else says that they are up.

import { setTimeout as delay } from 'node:timers/promises'
import { listeners } from '../system/kin.ts'
import type { Identity } from '../system/process.ts'
import type { Seams } from '../system/seams.ts'
import type { LiveRun } from './live-run.ts'

/** How often to look whether a run listens to its port, at first and at most. */
const firstMs = 10
const mostMs = 250
/** What is said of one whose port nobody has opened. */
const unheard = 'nothing listens at port'

export type PortOwner = {
  /** The port that its runs are told to listen to. */
  port(): Promise<number | undefined>
  /** Whether its runs are born with the sockets that they are to listen at. */
  hasSockets(): boolean
  /** Whether its runs are up only when they say so. */
  isToldReady(): boolean
  /** The first process in the container of a run, if it has one. */
  within(live: LiveRun): Identity | undefined
}

export class KeptPorts {
  #processes: Pick<Seams['processes'], 'listens'>
  #owner: PortOwner
  /** Those that have listened once. */
  #heard = new WeakSet<LiveRun>()

  constructor(processes: Pick<Seams['processes'], 'listens'>, owner: PortOwner) {
    this.#processes = processes
    this.#owner = owner
  }

  /**
   * Waits until a run listens.
   * @returns false if that is not awaited any more; or if it cannot tell: one that was born with its socket listens before it has begun
   */
  async listens(live: LiveRun, identity: Identity, isAwaited: () => boolean): Promise<boolean> {
    if (this.#isSilent()) return false
    const port = await this.#owner.port()
    for (let waitMs = firstMs; isAwaited(); waitMs = Math.min(2 * waitMs, mostMs)) {
      const leader = live.record.isContained ? this.#owner.within(live) : identity
      const isListening = leader && (await this.#processes.listens(leader, port).catch(() => false))
      if (isListening) {
        this.#heard.add(live)
        return true
      }
      await delay(waitMs)
    }
    return false
  }

  /** Said of one that lives, and so is up by its time, at whose port nobody has ever listened; what it says of itself goes before. */
  async textOf(live: LiveRun): Promise<string | undefined> {
    // It may say so while it is looked at.
    const saysOwn = () => live.said?.text !== undefined && !isUnheard(live)
    if (this.#heard.has(live) || saysOwn() || this.#isSilent()) return undefined
    const port = await this.#owner.port()
    const { identity } = live
    // Other systems do not tell, and what a container does with its own network cannot be seen.
    if (port === undefined || !identity || live.record.isContained || process.platform !== 'linux') return undefined
    // What cannot be known is not said, and one that has gone into the background is nobody's child.
    if (await this.#processes.listens(identity, port).catch(() => true)) {
      this.#heard.add(live)
      return undefined
    }
    const isFree = (await listeners(port).catch(() => undefined))?.size === 0
    return isFree && !saysOwn() ? `${unheard} ${port}, its PORT` : undefined
  }

  /** Its port tells nothing. */
  #isSilent(): boolean {
    return this.#owner.isToldReady() || this.#owner.hasSockets()
  }
}

/** Whether that is said of it. */
export function isUnheard({ said }: LiveRun): boolean {
  return said?.text?.startsWith(unheard) ?? false
}
