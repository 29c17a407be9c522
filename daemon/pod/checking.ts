// Checks whether a run is well: it is asked over its link, and looked at from outside. What came of a check is counted, and goes to
// the slot as an event; what follows from it is decided there.

import { P8aError } from '../../protocol/errors.ts'
import type { SideDoor } from '../../protocol/link.ts'
import type { Port } from '../../protocol/listen.ts'
import { joinPath } from '../../protocol/names.ts'
import { userOf } from '../bounds/user.ts'
import type { Slot, SlotEvent } from '../lifecycle/slot.ts'
import type { CheckOutcome } from './checks.ts'
import type { InForce } from './in-force.ts'
import { folderOfRun, portOfRun, variablesOfRun, withFilesThatAreThere } from './kept-env.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { LiveRun } from './live-run.ts'
import { checkOutside, isAtPort } from './outside-check.ts'
import type { WhoAccepts } from './own-connection.ts'
import type { Said } from './run-link.ts'
import type { SpawningNeeds } from './spawning.ts'

/** How much later than its time a check may be answered. */
const answerSlackMs = 1000
const allAddresses = new Set(['', '0.0.0.0', '::'])

/** `path`: that of the host. */
export type CheckingNeeds = Pick<SpawningNeeds, 'path' | 'paths' | 'clock' | 'descriptors' | 'processes'> & {
  ports: Pick<SpawningNeeds['ports'], 'of'>
}

export type CheckingOwner = {
  name: string
  /** With what a run of this spec was begun. */
  inForce(spec?: string): InForce | undefined
  /** Those whose keeper answers for them. */
  kept: Pick<KeptRuns, 'has' | 'answerOf'>
  /** The runs that there are. */
  all(): Iterable<LiveRun>
  /** The state of a run. */
  slotOf(live: LiveRun): Slot
  /** Resolves once the effects of the event have been performed. */
  post(live: LiveRun, event: SlotEvent): Promise<void>
  /** Something that a status shows has changed. */
  onChanged(): void
}

/** `asking`: what it says itself. */
type Looked = { timeoutMs: number; asking: Promise<Said | undefined> }

export class Checking {
  #needs: CheckingNeeds
  #owner: CheckingOwner
  /** What was found from outside, and is shown of a run. */
  #found = new WeakSet<Said>()

  constructor(needs: CheckingNeeds, owner: CheckingOwner) {
    this.#needs = needs
    this.#owner = owner
  }

  /** Posts `check-passed` or `check-failed`, and nothing without an answer: the deadline of the lifecycle counts that. */
  async check(live: LiveRun, timeoutMs: number): Promise<void> {
    const begunMs = this.#needs.clock.nowMs()
    const wasComing = this.#isComing(live)
    const came = (outcome: CheckOutcome) => live.checks.note(outcome, this.#needs.clock.nowMs() - begunMs)
    try {
      const asking = this.#ask(live, timeoutMs)
      const [own, outside] = await Promise.all([asking, this.#lookAt(live, { timeoutMs, asking })])
      // Another check has passed meanwhile, and the door by which this one looked may be closed since.
      if (wasComing && !this.#isComing(live)) return
      const said = own?.status === 'up' && outside ? outside : own
      // Unless the host itself has no descriptor for a link.
      if (!said && this.#needs.descriptors.isShort) void this.#owner.post(live, { type: 'check-passed' })
      if (!said) return came('unanswered')
      came(said.status === 'up' ? 'passed' : 'failed')
      const isNews = said.text !== undefined || said.status !== 'up' || (outside && this.#wasSaidFor(live))
      if (isNews) {
        if (said === outside) this.#found.add(said)
        live.link.say(said)
        this.#owner.onChanged()
      }
      if (said.status === 'up') void this.#owner.post(live, { type: 'check-passed' })
      else void this.#owner.post(live, { type: 'check-failed', said: said.text ?? `it says ${said.status}` })
    } catch {
      // No answer in time, or the link is gone.
      came('unanswered')
    }
  }

  /** What is shown of it is no longer so; what a run of Node says of itself holds until it says another thing. */
  #wasSaidFor(live: LiveRun): boolean {
    const { said } = live
    if (said === undefined) return false
    return said.status === 'error' || this.#found.has(said) || (said.status === 'waiting' && this.#owner.kept.has(live))
  }

  /** Undefined without a link. */
  async #ask(live: LiveRun, timeoutMs: number): Promise<Said | undefined> {
    if (this.#owner.kept.has(live)) return this.#owner.kept.answerOf(live)
    const { config } = this.#owner.inForce(live.ref.spec) ?? {}
    const accepts = !(config && isAtPort(config) && this.#isComing(live))
    return await live.peer?.request('check', { timeoutMs, accepts }, { timeoutMs: timeoutMs + answerSlackMs })
  }

  /** One that drains accepts no more: another one would answer for it. Of one that comes up there is nothing to see before it says that it is. */
  async #lookAt(live: LiveRun, { timeoutMs, asking }: Looked): Promise<Said | undefined> {
    const { name } = this.#owner
    if (this.#owner.slotOf(live).at === 'draining') return undefined
    const { paths } = this.#needs
    const begun = this.#owner.inForce(live.ref.spec)
    // Most pods have no such check, and their environment is not worked out for nothing.
    if (begun?.config.check === undefined) return undefined
    if (this.#isComing(live) && (await asking)?.status !== 'up') return undefined
    const inForce = await withFilesThatAreThere(paths, { name, ...begun })
    const run = { live, ...inForce, params: inForce.desired.params, ports: this.#ports }
    const { check, user: asked } = inForce.config
    const user = check?.command === undefined ? undefined : await userOf(asked)
    const port = portOfRun(run)
    const door =
      port !== undefined && isAtPort(inForce.config) ? await this.#sideDoorOf(live, port, timeoutMs) : undefined
    if (door?.at === 'nowhere') return { status: 'waiting', text: `port ${port} takes no connection yet` }
    return await checkOutside({
      check,
      port,
      host: this.#hostOf(port),
      cwd: folderOfRun(paths, run),
      env: variablesOfRun(paths, run, user),
      timeoutMs,
      user,
      whoAccepts: this.#whoAccepts(live, port),
      sideDoor: door?.at === 'door' ? door.port : undefined,
    })
  }

  #isComing(live: LiveRun): boolean {
    return this.#owner.slotOf(live).at === 'starting'
  }

  /** Where one of Node that comes up is reached alone. A run of an earlier version does not know that, and accepts by itself. */
  async #sideDoorOf(live: LiveRun, port: number, timeoutMs: number): Promise<SideDoor | undefined> {
    if (!this.#isComing(live)) return undefined
    return await live.peer?.request('sideDoor', { port }, { timeoutMs }).catch(error => {
      if (error instanceof P8aError && error.code === 'method_not_found') return undefined
      throw error
    })
  }

  /**
   * A run has the sockets of its pod, at which those accept that were there before: what answers has to be the run that comes up. One in a
   * container cannot be seen.
   */
  #whoAccepts(live: LiveRun, port: number | undefined): WhoAccepts | undefined {
    const { processes } = this.#needs
    const { identity } = live
    const isHeld = this.#ports.some(held => 'port' in held && held.port === port)
    if (!identity || !this.#isComing(live) || !isHeld || live.record.isContained || process.platform !== 'linux')
      return undefined
    return async connected => {
      const isOwn = await processes.hasAccepted(identity, connected)
      if (isOwn === undefined) return 'nobody'
      if (isOwn) return 'own'
      for (const other of this.#owner.all())
        if (other !== live && other.identity && (await processes.hasAccepted(other.identity, connected))) return 'other'
      return 'unseen'
    }
  }

  /** Where the host holds its port, if it holds that at one address alone. */
  #hostOf(port: number | undefined): string | undefined {
    const held = this.#ports.find(each => 'port' in each && each.port === port)
    return held && 'host' in held && !allAddresses.has(held.host) ? held.host : undefined
  }

  get #ports(): readonly Port[] {
    return this.#needs.ports.of(joinPath(this.#needs.path, this.#owner.name))
  }
}
