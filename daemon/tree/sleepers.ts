// Puts pods to sleep, and wakes them: does what their sleep asks for (lifecycle/sleep.ts), and tells it what comes of that.

import type { P8aError } from '../../protocol/errors.ts'
import { longTimeout } from '../../protocol/long-timeout.ts'
import { joinPath } from '../../protocol/names.ts'
import { hasWaker } from '../../protocol/policy.ts'
import { hasRun } from '../lifecycle/public.ts'
import { decideSleep, type Sleep, type SleepEffect, type SleepEvent, sleepTimerOf } from '../lifecycle/sleep.ts'
import type { LiveRun } from '../pod/live-run.ts'
import { stillOutside } from '../pod/outside-still.ts'
import { isKept } from '../pod/service-order.ts'
import type { Ports } from '../port/ports.ts'
import type { Owner } from '../port/wanted.ts'
import { removeAsleep, writeAsleep } from '../store/asleep-file.ts'
import type { Seams } from '../system/seams.ts'
import { nextEpoch } from './epochs.ts'
import type { PodSupervisor } from './supervisor.ts'

/** What it needs of the pods. */
export type SleepersOwner = {
  find(name: string): PodSupervisor | undefined
  /** Whether any pod that is awake needs it. */
  isNeeded(name: string): boolean
  needsOf(supervisor: PodSupervisor): readonly string[]
  /** Its sleep is in force, and saved once there is room. */
  keepUnsaved(supervisor: PodSupervisor): void
}

type Needs = Pick<Seams, 'clock' | 'log' | 'paths'> & {
  path: string
  ports: Pick<Ports, 'of' | 'watch' | 'unwatch' | 'turnAway'>
}

/** `asking`: whom it has asked to say when they are still. */
type Known = { sleep: Sleep; timer?: NodeJS.Timeout; asking?: Asking }
type Asking = { ending: AbortController; forMs: number; peers: readonly LiveRun['peer'][] }

export class Sleepers {
  #needs: Needs
  #owner: SleepersOwner
  #known = new Map<string, Known>()
  #isDetached = false

  constructor(needs: Needs, owner: SleepersOwner) {
    this.#needs = needs
    this.#owner = owner
  }

  /** Something of a pod may have changed. */
  look(supervisor: PodSupervisor): void {
    if (this.#isDetached) return
    for (const need of this.#owner.needsOf(supervisor)) this.#lookAtNeed(need, supervisor.isWanted)
    if (!isWoken(supervisor) && !this.#known.has(supervisor.name)) return
    this.#happen(supervisor, { type: 'look' })
    this.#askOthers(supervisor)
  }

  /** What a pod that is awake needs is awake, and what nobody needs any more may sleep. */
  #lookAtNeed(name: string, isNeeded: boolean): void {
    const found = this.#owner.find(name)
    if (!found) return
    if (isNeeded && found.asleep) this.want(found)
    if (!isNeeded && this.#known.get(name)?.sleep.at === 'needed') this.#happen(found, { type: 'look' })
  }

  /** A run that was asked to rest has something to do. */
  onStirred(supervisor: PodSupervisor): void {
    this.#happen(supervisor, { type: 'stirred' })
  }

  /** Somebody asks for it to be up. */
  want(supervisor: PodSupervisor): void {
    this.#happen(supervisor, { type: 'wanted' })
  }

  /** Wakes it if it sleeps. @returns whether it is on its way up since somebody woke it */
  wakes(supervisor: PodSupervisor): boolean {
    // One that is still up is called, and has something to do then.
    if (supervisor.asleep && ![...supervisor.slots.values()].some(({ at }) => at === 'up')) this.want(supervisor)
    return this.#known.get(supervisor.name)?.sleep.at === 'waking'
  }

  /**
   * It sleeps from now on.
   * @param options.generation that of its desired state
   * @param options.needsRoom whether it is refused on a full disk; otherwise it sleeps all the same, which is saved once there is room
   * @throws {P8aError} `no_space`, `save_failed`
   */
  async putToSleep(
    supervisor: PodSupervisor,
    { needsRoom, ...options }: { generation: number; isForced: boolean; needsRoom: boolean },
  ): Promise<void> {
    const { clock, paths, log } = this.#needs
    const asleep = { v: 1 as const, since: new Date(clock.wallMs()).toISOString(), ...options }
    const full = await writeAsleep(paths.pod(supervisor.name), asleep).catch((error: P8aError) => {
      if (needsRoom || error.code !== 'no_space') throw error
      return error
    })
    supervisor.rest(asleep)
    if (full) this.#owner.keepUnsaved(supervisor)
    nextEpoch(this.#needs, supervisor)
    log.info('run', 'the pod falls asleep', { pod: supervisor.name })
    await supervisor.reconcile()
  }

  forget(name: string): void {
    const known = this.#known.get(name)
    clearTimeout(known?.timer)
    known?.asking?.ending.abort()
    this.#known.delete(name)
  }

  detach(): void {
    this.#isDetached = true
    for (const name of [...this.#known.keys()]) this.forget(name)
  }

  #happen(supervisor: PodSupervisor, event: SleepEvent): void {
    if (this.#isDetached) return
    const { name } = supervisor
    const known = this.#known.get(name) ?? { sleep: { at: 'off' } }
    this.#known.set(name, known)
    const [next, effects] = decideSleep(known.sleep, event, this.#worldOf(supervisor))
    known.sleep = next
    this.#arm(supervisor, known)
    for (const effect of effects) this.#does[effect](supervisor, known)
  }

  #worldOf(supervisor: PodSupervisor) {
    const { inForce, asleep, isHeld } = supervisor
    return {
      isOurs: isWoken(supervisor) && inForce?.desired.want === 'up' && !isHeld,
      sleepMs: inForce?.policy.sleepMs ?? 0,
      isAsleep: asleep !== undefined,
      isUp: supervisor.isWanted && supervisor.state === 'up' && !inForce?.reload,
      hasRuns: [...supervisor.slots.values()].some(hasRun),
      isDown: supervisor.isDown,
      isNeeded: () => this.#owner.isNeeded(supervisor.name),
      nowMs: this.#needs.clock.nowMs(),
    }
  }

  #arm(supervisor: PodSupervisor, known: Known): void {
    clearTimeout(known.timer)
    delete known.timer
    const dueMs = sleepTimerOf(known.sleep)
    if (dueMs === undefined) return
    const wait = Math.max(0, Math.ceil(dueMs - this.#needs.clock.nowMs()))
    known.timer = longTimeout(() => this.#happen(supervisor, { type: 'timer' }), wait)
  }

  #does: { readonly [Do in SleepEffect]: (supervisor: PodSupervisor, known: Known) => void } = {
    ask: (supervisor, known) => this.#ask(supervisor, known),
    unask: (_, known) => {
      known.asking?.ending.abort()
      delete known.asking
    },
    note: supervisor => {
      const { generation = 0 } = supervisor.inForce?.desired ?? {}
      this.putToSleep(supervisor, { generation, isForced: false, needsRoom: false }).catch(error => {
        this.#needs.log.error('files', error.message, { pod: supervisor.name })
        this.#happen(supervisor, { type: 'not-noted' })
      })
    },
    wake: supervisor => {
      this.#needs.log.info('run', 'the pod wakes up', { pod: supervisor.name })
      supervisor.rest(undefined)
      nextEpoch(this.#needs, supervisor)
      void removeAsleep(this.#needs.paths.pod(supervisor.name)).catch(error =>
        // The next host believes that it sleeps, and is told by its runs that they do not.
        this.#needs.log.warn('files', error.message, { pod: supervisor.name }),
      )
      void supervisor.reconcile()
    },
    attempt: supervisor => void supervisor.attempt(),
    watch: supervisor => {
      const { listen } = supervisor.inForce?.config ?? {}
      // The queue wakes a worker.
      if (!listen) return supervisor.onHeld()
      const watcher = {
        onKnock: () => this.#happen(supervisor, { type: 'knocked' }),
        onHeld: (why?: string) => supervisor.onHeld(why),
      }
      this.#needs.ports.watch(this.#ownerOf(supervisor), listen, watcher).then(
        () => supervisor.onHeld(),
        error => {
          this.#needs.log.error('port', `its sockets could not be watched: ${error.message}`, { pod: supervisor.name })
          supervisor.onHeld(error.message)
          this.#happen(supervisor, { type: 'not-watched' })
        },
      )
    },
    unwatch: supervisor => this.#needs.ports.unwatch(this.#ownerOf(supervisor)),
    'turn-away': supervisor => {
      this.#needs.log.info('run', 'whoever waits for the pod is turned away', { pod: supervisor.name })
      void this.#needs.ports.turnAway(this.#ownerOf(supervisor)).catch(() => {})
    },
  }

  #ownerOf({ name, inForce }: PodSupervisor): Owner {
    const { path, paths } = this.#needs
    return { key: joinPath(path, name), pod: paths.pod(name), user: inForce?.config.user }
  }

  /** Its runs are others by now, or the time is another. */
  #askOthers(supervisor: PodSupervisor): void {
    const known = this.#known.get(supervisor.name)
    if (known?.sleep.at !== 'awake') return
    const { asking } = known
    const peers = peersOf(supervisor)
    const isSame = asking?.peers.length === peers.length && peers.every((peer, at) => peer === asking.peers[at])
    if (isSame && asking.forMs === supervisor.inForce?.policy.sleepMs) return
    this.#does.unask(supervisor, known)
    this.#ask(supervisor, known)
  }

  /** A run whose link breaks is asked again once it is back. */
  #ask(supervisor: PodSupervisor, known: Known): void {
    const { sleepMs: forMs = 0 } = supervisor.inForce?.policy ?? {}
    const asking: Asking = { ending: new AbortController(), forMs, peers: peersOf(supervisor) }
    known.asking = asking
    const { signal } = asking.ending
    const ports = this.#needs.ports.of(this.#ownerOf(supervisor).key)
    const { image } = supervisor.inForce ?? {}
    const asked =
      image && isKept(image)
        ? [stillOutside({ ports, forMs, signal })]
        : asking.peers.map(async peer => {
            if (!peer) throw new Error('It has not dialled yet')
            await peer.request('still', { forMs }, { signal })
          })
    Promise.all(asked).then(
      () => {
        if (known.asking !== asking) return
        delete known.asking
        this.#happen(supervisor, { type: 'still' })
      },
      () => asking.ending.abort(),
    )
  }
}

function isWoken({ inForce }: PodSupervisor): boolean {
  return inForce !== undefined && hasWaker(inForce.config)
}

/** Of the runs that are up. */
function peersOf({ slots, runs }: PodSupervisor): LiveRun['peer'][] {
  return [...slots.values()].flatMap(slot => (slot.at === 'up' ? [runs.get(slot.run.number)?.peer] : []))
}
