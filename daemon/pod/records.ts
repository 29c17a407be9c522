// Saves what is seen of a pod's runs, and cleans up after them. The only place that changes the record of a run.
import { randomBytes } from 'node:crypto'
import { runId } from '../../protocol/names.ts'
import { runStateOf, type SlotWithRun } from '../lifecycle/public.ts'
import type { End, Failure, RunRef } from '../lifecycle/slot.ts'
import { pruneLogs } from '../logs/retention.ts'
import { pruneRecords, type RunRecord, readRecordOf, writeRecord } from '../store/run-record.ts'
import { timeText } from '../system/clock.ts'
import { type PodPaths, runPaths } from '../system/paths.ts'
import { isForRoom } from '../system/room.ts'
import type { Seams } from '../system/seams.ts'
import type { LiveRun } from './live-run.ts'
import { foldLeftovers } from './raw-output.ts'

/** When a fold that failed is tried again. */
const firstFoldAgainMs = 1000
const maxFoldAgainMs = 60_000
/** How often to look whether there is room for records that could not be saved. */
const saveAgainMs = 1000

/** `logs`: how many bytes the logs of the pod may take, if its policy says so. */
type FoldOptions = { logs?: number | undefined; retryMs?: number }

export class Records {
  #name: string
  #seams: Seams
  #paths: PodPaths
  /** Runs whose record on the disk is not what is known, by their numbers. */
  #unsaved = new Map<number, LiveRun>()
  #saving: NodeJS.Timeout | undefined

  constructor(name: string, seams: Seams) {
    this.#name = name
    this.#seams = seams
    this.#paths = seams.paths.pod(name)
  }

  /** The first record of a run: it includes the ticket by which its process will prove itself. */
  begin(
    { number, spec, failures, waits, restarts, after }: RunRef,
    of: Pick<RunRecord, 'slot' | 'version' | 'keeper' | 'isContained'>,
  ): RunRecord {
    return {
      v: 1,
      id: runId(this.#name, number),
      ...of,
      spec,
      failures,
      ...(waits !== undefined && { waits }),
      restarts,
      ...(after && { after }),
      ticket: randomBytes(24).toString('base64url'),
      boot: this.#seams.boot,
      state: 'spawning',
      startedAt: timeText(this.#seams.clock),
    }
  }

  /**
   * Saves the state of a run that has, or may have, a process.
   * @returns why it could not be saved, which is logged too
   */
  async save(live: LiveRun, slot: SlotWithRun): Promise<Failure | undefined> {
    const { identity, upAt } = live
    const state = runStateOf(slot)
    return await this.#write(live, {
      state,
      ...(identity && { pid: identity.pid, startTime: identity.startTime }),
      ...(state === 'up' && upAt === undefined && { upAt: timeText(this.#seams.clock) }),
      ...(slot.at === 'stopping' && { why: slot.why }),
      ...overOf(slot),
      ...((slot.at === 'draining' || live.record.isDraining) && { isDraining: slot.at === 'draining' }),
    })
  }

  /** Saves which keeper has the process of a run. */
  async saveKeeper(live: LiveRun, keeper: RunRecord['keeper']): Promise<void> {
    await this.#write(live, { keeper })
  }

  /** Saves how a run ended. @param retryInMs how long the next attempt has to wait, if it has to */
  async saveEnd(live: LiveRun, end: End, retryInMs?: number): Promise<void> {
    const { clock } = this.#seams
    const state = end.reason === 'lost' ? 'lost' : 'ended'
    const retryAt = retryInMs === undefined ? {} : { retryAt: new Date(clock.wallMs() + retryInMs).toISOString() }
    await this.#write(live, { state, endedAt: timeText(clock), end, ...retryAt })
  }

  /**
   * Moves what was written straight to fd 1 and 2 into the log of a run whose process is gone. If the disk is full, it
   * tries again later, and so does the next host.
   */
  async foldRaw(live: LiveRun, { logs, retryMs = firstFoldAgainMs }: FoldOptions = {}): Promise<void> {
    try {
      const room = Math.min(logs ?? Number.POSITIVE_INFINITY, this.#seams.settings.logPodBytes)
      // As lines it takes more than it does now.
      await foldLeftovers(runPaths(this.#paths, live.ref.number), Math.floor(room / 2))
    } catch (error) {
      this.#seams.log.error('files', 'Raw output could not be moved into the log', {
        ...this.#facts(live),
        err: error,
      })
      const nextMs = Math.min(2 * retryMs, maxFoldAgainMs)
      setTimeout(
        () => void this.foldRaw(live, { ...(logs !== undefined && { logs }), retryMs: nextMs }),
        retryMs,
      ).unref()
    }
  }

  /** Something may still write to its log: a keeper that hangs. */
  foldLater(live: LiveRun): void {
    setTimeout(() => void this.foldRaw(live), maxFoldAgainMs).unref()
  }

  /** Removes records and logs beyond what is kept. @param logs how many bytes of logs at most, if its policy says so */
  async prune(alive: ReadonlySet<number>, logs = Number.POSITIVE_INFINITY): Promise<void> {
    const { settings, clock, log, paths } = this.#seams
    try {
      const oldestMs = clock.wallMs() - settings.runAge
      await pruneRecords(this.#paths, { keep: settings.keepRuns, oldestMs, live: alive })
      const limits = {
        maxBytes: Math.min(logs, settings.logPodBytes),
        maxAgeMs: settings.logAge,
        nowMs: clock.wallMs(),
      }
      await pruneLogs(paths.logs, this.#name, { live: alive, ...limits })
    } catch (error) {
      log.warn('files', 'Old records and logs could not be removed', { pod: this.#name, err: error })
    }
  }

  async #write(live: LiveRun, change: Partial<RunRecord>): Promise<Failure | undefined> {
    live.note({ ...live.record, ...change })
    try {
      // Only for a run that begins: the last record of a removed pod must not bring its folder back.
      const makesFolder = change.state === 'spawning'
      await writeRecord(this.#paths, live.ref.number, live.record, { makesFolder })
      this.#unsaved.delete(live.ref.number)
      return undefined
    } catch (error) {
      // A run whose first record cannot be saved does not begin.
      if (change.state !== 'spawning') this.#saveLater(live)
      this.#seams.log.error('files', 'The record of a run could not be saved', { ...this.#facts(live), err: error })
      return { message: (error as Error).message, isForRoom: isForRoom(error) }
    }
  }

  /** The disk is full: what it has of a run says that it is up, or begins, although it may be over. */
  #saveLater(live: LiveRun): void {
    this.#unsaved.set(live.ref.number, live)
    this.#saving ??= setTimeout(() => void this.#saveUnsaved(), saveAgainMs).unref()
  }

  async #saveUnsaved(): Promise<void> {
    try {
      for (const [number, live] of this.#unsaved) {
        const { record } = live
        if (await this.#isOwn(live)) await writeRecord(this.#paths, number, record, { makesFolder: false })
        // Another one was to be saved meanwhile: that may have failed, or have come before this one.
        if (live.record === record) this.#unsaved.delete(number)
        else this.#unsaved.set(number, live)
      }
    } catch {
      // There is no room yet.
    }
    const isLeft = this.#unsaved.size > 0
    this.#saving = isLeft ? setTimeout(() => void this.#saveUnsaved(), saveAgainMs).unref() : undefined
  }

  /** A pod that was removed may have left its name to another, and the next host may know how the run has ended. */
  async #isOwn({ ref, record }: LiveRun): Promise<boolean> {
    const there = await readRecordOf(this.#name, this.#paths, ref.number)
    return there?.ticket === record.ticket && there.end === undefined
  }

  #facts(live: LiveRun) {
    return { pod: this.#name, run: runId(this.#name, live.ref.number) }
  }
}

/** Which limit it went beyond, for the one that reads its record. */
function overOf(slot: SlotWithRun): { over?: string } {
  if (slot.at === 'draining') return slot.over === undefined ? {} : { over: slot.over }
  if (slot.at !== 'stopping' || slot.why !== 'limit' || !slot.found || !('said' in slot.found)) return {}
  return { over: slot.found.said }
}
