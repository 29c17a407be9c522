// How a run has ended, once its process has: what the system and its note tell, once what it had started has had its time too.

import type { ExitNote } from '../../protocol/link.ts'
import { endWithin } from '../bounds/end-within.ts'
import type { End } from '../lifecycle/slot.ts'
import { runPaths } from '../system/paths.ts'
import type { ExitOutcome } from '../system/process.ts'
import type { Seams } from '../system/seams.ts'
import { untilSeen } from '../system/until-seen.ts'
import { backgroundText } from './background.ts'
import { believed } from './believed.ts'
import type { Bounding } from './bounding.ts'
import { endOf, readExitNote } from './exit-note.ts'
import type { InForce } from './in-force.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { LiveRun } from './live-run.ts'
import { awaitRest } from './rest.ts'
import type { Stopping } from './stopping.ts'

export type ExitsNeeds = Pick<Seams, 'paths' | 'settings'>

export type ExitsOwner = {
  name: string
  /** With what a run of this spec was begun; without one, what is in force. */
  inForce(spec?: string): InForce | undefined
  /** Those whose keeper tells how they ended. */
  kept: Pick<KeptRuns, 'has' | 'noteOf'>
  stopping: Pick<Stopping, 'isAsked' | 'signalOf' | 'stopToOf' | 'hasLifeline'>
  bounding: Pick<Bounding, 'overOf'>
  isDetached(): boolean
  /** Something could not be done, and is tried again. */
  onFailed(live: LiveRun, what: string, error: unknown): void
}

export class Exits {
  #needs: ExitsNeeds
  #owner: ExitsOwner

  constructor(needs: ExitsNeeds, owner: ExitsOwner) {
    this.#needs = needs
    this.#owner = owner
  }

  /** @param exited what Node reported; undefined if it was not our child. @returns undefined once this host is detached: the next one finds it */
  async endOf(live: LiveRun, exited: ExitOutcome | undefined): Promise<End | undefined> {
    const { stopping, bounding, isDetached } = this.#owner
    if (isDetached()) return undefined
    const isContained = live.record.isContained ?? false
    const outcome = exited && isContained ? endWithin(exited) : exited
    const { note: found, unread } = await this.#noteOf(live, outcome)
    const note = found && isContained ? endWithin(found) : found
    await awaitRest(live, {
      signal: stopping.signalOf(live),
      to: stopping.stopToOf(live),
      stopMs: this.#owner.inForce(live.ref.spec)?.policy.stopTimeoutMs ?? 0,
      isStopping: () => !isDetached() && stopping.isAsked(live),
    })
    if (isDetached()) return undefined
    const left = stopping.isAsked(live) ? [] : await live.process.left().catch(() => [])
    const { lastSignal: sent, ending, wasLinked, isStopped } = live.process
    const over = await bounding.overOf(live)
    const believed = await this.#believed(live, endOf({ outcome, note, unread, ending, sent, wasLinked }))
    const told =
      believed.reason === 'exited' && believed.code === 0 && left.length > 0 ? { message: backgroundText(left) } : {}
    const end: End = over === undefined ? { ...believed, ...told } : { ...believed, reason: 'limit', message: over }
    return isStopped ? { ...end, isStopped } : end
  }

  async #noteOf(
    live: LiveRun,
    outcome: ExitOutcome | undefined,
  ): Promise<{ note?: ExitNote | undefined; unread?: string }> {
    const { kept, stopping } = this.#owner
    const isKept = kept.has(live)
    if (outcome && isKept) return { note: { code: outcome.code, ...(outcome.signal && { signal: outcome.signal }) } }
    const { exit } = runPaths(this.#needs.paths.pod(this.#owner.name), live.ref.number)
    const found = await untilSeen(async () => (isKept ? await kept.noteOf(live) : await readExitNote(exit)), {
      isOver: () => this.#owner.isDetached(),
      forMs: this.#needs.settings.adoptTimeout,
      onFailed: error => this.#owner.onFailed(live, 'how it ended cannot be read yet', error),
    })
    if ('unseen' in found) return { unread: found.unseen.message }
    if (stopping.hasLifeline(live)) live.process.leaves(found.seen?.lifeline)
    return { note: found.seen }
  }

  /** A pod that has another version by now is begun with that one anyway, unless it is just being reloaded to that of the run. */
  async #believed(live: LiveRun, end: End): Promise<End> {
    const inForce = this.#owner.inForce(live.ref.spec)
    if (!inForce || inForce.desired.version !== live.version) return end
    const { paths } = this.#needs
    const { record } = runPaths(paths.pod(this.#owner.name), live.ref.number)
    const { startedAt } = live.record
    return await believed(end, { paths, image: inForce.image, record, startedAt })
  }
}
