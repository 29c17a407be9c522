// The pods of a host as they are on its disk: reads them at the start, and takes up what people change there later.
import { readdir } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import { isName, joinPath, quote } from '../../protocol/names.ts'
import { dropPackages } from '../image/packages.ts'
import { Parts } from '../image/parts.ts'
import { Promised } from '../image/promised.ts'
import { removeHalfMadeImages, removeImages } from '../image/store.ts'
import { type SweepOptions, sweepShared } from '../image/sweep.ts'
import { readAsleep } from '../store/asleep-file.ts'
import type { Desired } from '../store/desired.ts'
import { DesiredFile } from '../store/desired-file.ts'
import { readEpoch } from '../store/epoch-file.ts'
import { readGroups } from '../store/groups-file.ts'
import { isPodFolder } from '../store/pod-folder.ts'
import { highestNumber } from '../store/run-record.ts'
import { isPassing, removeHalfWritten } from '../store/state-file.ts'
import { eraseLeftovers } from '../store/trash.ts'
import { missingOf } from './needs.ts'
import type { PodEntry, Pods } from './pods.ts'
import { readImages } from './read-images.ts'
import { recoverEndsOf, recoverPod } from './recover.ts'
import { type PodNeeds, PodSupervisor } from './supervisor.ts'
import type { Tenants } from './tenants.ts'
import { Unsaved } from './unsaved.ts'

/** How many pods are loaded at once. */
const loadWidth = 32
/** When a file is read again that the system did not let be read, or that was broken. */
const readAgainMs = 2000

type Needs = PodNeeds & { tenants: Pick<Tenants, 'refuseRun' | 'keepSent'> }

export class PodFiles {
  /** The bytes that pushes to come will use. */
  readonly promised = new Promised()
  /** Files of folders of which not all bytes have come. */
  readonly parts: Parts
  /** What is in force of pods, and not on the disk yet. */
  readonly unsaved: Unsaved
  /** How many pushes are under way, and how many there have been. */
  #pushes = 0
  #begun = 0
  #isSweepDue = false
  #needs: Needs
  #pods: Pods
  #sinceMs: number

  constructor(needs: Needs, pods: Pods) {
    this.#needs = needs
    this.#sinceMs = needs.clock.wallMs()
    this.#pods = pods
    this.parts = new Parts(needs.paths)
    this.unsaved = new Unsaved(needs, { pods, reread: async entry => await this.reread(entry) })
  }

  /**
   * Reads all pods and what runs of them may be alive. Nothing is started yet.
   * @throws {P8aError} `state_broken` where that cannot be known: a host that went on would end what it does not know
   */
  async load(): Promise<void> {
    await this.#loadGroups()
    const entries = await readdir(this.#needs.paths.pods, { withFileTypes: true })
    const names = entries.filter(entry => entry.isDirectory() && isName(entry.name)).map(entry => entry.name)
    const next = names.values()
    const work = async () => {
      for (const name of next) {
        const { dir, runs } = this.#needs.paths.pod(name)
        await Promise.all([dir, runs].map(removeHalfWritten))
        await this.#loadPod(name)
      }
    }
    await Promise.all(Array.from({ length: loadWidth }, work))
    await this.#finishWhatWasCutOff(entries.map(entry => entry.name))
  }

  /** Without them every pod is what its own name means, until somebody has repaired the file. */
  async #loadGroups(): Promise<void> {
    try {
      this.#pods.groups.replace(await readGroups(this.#needs.paths))
    } catch (error) {
      this.#needs.log.error('files', 'the groups could not be read', { err: error })
    }
  }

  /** Pushes and removals in whose middle an earlier host died. */
  async #finishWhatWasCutOff(names: readonly string[]): Promise<void> {
    const { paths } = this.#needs
    await removeImages(paths, this.#pods.images.unusedOf(await removeHalfMadeImages(paths)))
    void this.sweep()
    void this.restVersions()
    await eraseLeftovers(paths, names, name => this.#pods.find(name) !== undefined)
  }

  /**
   * Removes what no image uses any more of what images share, once no push is under way.
   * @param options.isWhole at once, and also what is young, for as long as no push begins
   */
  async sweep({ isWhole = false } = {}): Promise<{ files: number; bytes: number }> {
    const { paths, clock, log } = this.#needs
    const isUnderPush = this.#pushes > 0
    if (isUnderPush) this.#isSweepDue = true
    if (isUnderPush && !isWhole) return { files: 0, bytes: 0 }
    const begun = this.#begun
    const isQuiet = () => !isUnderPush && this.#begun === begun
    const nowMs = clock.wallMs()
    const remove: SweepOptions['remove'] = async (hash, work) => await this.promised.remove(hash, nowMs, work)
    const options = { nowMs, remove, sinceMs: this.#sinceMs, isWhole, isQuiet }
    const swept = await sweepShared(paths, options).catch(error => {
      log.warn('files', 'what images share could not be swept', { err: error })
      return { files: 0, bytes: 0 }
    })
    this.#needs.tenants.keepSent(this.#needs.path, hash => this.promised.has(hash, nowMs))
    return swept
  }

  /** Counts a push as under way until `work` is over. */
  async pushing<T>(work: () => Promise<T>): Promise<T> {
    this.#pushes += 1
    this.#begun += 1
    try {
      return await work()
    } finally {
      this.#pushes -= 1
      if (this.#pushes === 0 && this.#isSweepDue) {
        this.#isSweepDue = false
        void this.sweep()
      }
    }
  }

  /** Versions that have no run keep no folders of packages. */
  async restVersions(): Promise<void> {
    const { paths, log } = this.#needs
    const { images } = this.#pods
    try {
      for (const hash of images.resting) await dropPackages(paths, { hash, isResting: () => images.isResting(hash) })
    } catch (error) {
      log.warn('files', 'the packages of versions that rest could not be removed', { err: error })
    }
  }

  /** Looks at all pods that are there or were: what was edited while nobody watched is taken up. */
  async reloadAll(): Promise<void> {
    try {
      const known = this.#pods.all().map(({ supervisor }) => supervisor.name)
      const names = new Set([...known, ...(await readdir(this.#needs.paths.pods))])
      await Promise.all([...names].map(name => this.reload(name)))
    } catch (error) {
      this.#needs.log.error('files', 'The host could not look at the pods', { err: error })
      setTimeout(() => void this.reloadAll(), readAgainMs).unref()
    }
  }

  /** Looks at a pod's file, which may have been edited, put there, or taken away. */
  async reload(name: string): Promise<void> {
    if (!isName(name) || this.#pods.holding.isLeaving) return
    await this.#pods.turns.take(name, async () => {
      const entry = this.#pods.find(name)
      if (entry) await this.reread(entry)
      else if (await this.#isFolder(name)) await this.#loadPod(name, { isNew: true })
    })
  }

  /** What cannot be seen now is looked at again. */
  async #isFolder(name: string): Promise<boolean> {
    return await isPodFolder(this.#needs, name).catch(err => {
      this.#needs.log.error('files', 'The host could not look at the folder of a pod', { pod: name, err })
      setTimeout(() => void this.reload(name), readAgainMs).unref()
      return false
    })
  }

  /** Takes up what was edited of a pod whose turn it is. */
  async reread(entry: PodEntry): Promise<void> {
    const reading = await entry.file.read()
    const { name } = entry.supervisor
    if (reading.found === 'desired') {
      this.#needs.log.info('files', 'pod.json was edited', { pod: name })
      await this.#putInForce(entry, reading.desired)
    }
    if (reading.found === 'broken') this.#reportBroken(entry, reading.error)
    if (reading.found === 'nothing') await this.#letGo(entry)
    const { desired, isRight, isDue } = entry.file
    // What was said of it while it could not be read is over.
    if (reading.found === 'unchanged' && isDue) this.unsaved.keep(entry)
    // Its image could not be read, and may be now.
    const isPending = reading.found === 'unchanged' && isRight && entry.supervisor.inForce?.desired !== desired
    if (isPending && desired) await this.#putInForce(entry, desired)
  }

  /** A pod that is none of the host's yet. @throws {P8aError} `state_broken` if it cannot be known which runs it had */
  async make(name: string): Promise<PodEntry> {
    const paths = this.#needs.paths.pod(name)
    const supervisor: PodSupervisor = new PodSupervisor(name, this.#needs, {
      lastNumber: await highestNumber(paths),
      groups: () => this.#pods.groups.of(name),
      refuseRun: () => this.#needs.tenants.refuseRun(this.#needs.path, name),
      missing: () => missingOf(supervisor, other => this.#pods.find(other)?.supervisor),
    })
    if (this.#pods.holding.isHeld) await supervisor.hold()
    return { supervisor, file: new DesiredFile(paths.desired, this.#needs.clock) }
  }

  /** A pod that cannot be read is `error`, with what is wrong; it never stops the others. */
  async #loadPod(name: string, options: { isNew?: boolean } = {}): Promise<void> {
    const entry = await this.make(name).catch(error => {
      if (!options.isNew) throw unknownRuns(name, error)
      this.#needs.log.error('files', error.message, { pod: name })
    })
    const reading = await entry?.file.read()
    if (!entry || !reading || reading.found === 'nothing') return
    this.#pods.add(entry)
    if (reading.found === 'desired') await this.#putInForce(entry, reading.desired, { quietly: true })
    if (reading.found === 'broken') this.#reportBroken(entry, reading.error)
    await this.#recoverSleep(entry)
    try {
      await this.#needs.ports.recover({ key: joinPath(this.#needs.path, name), pod: this.#needs.paths.pod(name) })
      await recoverPod(entry.supervisor, this.#needs)
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      if (isPassing(error) && !options.isNew) throw unknownRuns(name, error)
      this.#reportProblem(entry, error)
    }
    if (!options.isNew) return
    this.#needs.log.info('files', 'a pod was put into the data directory', { pod: name })
    await entry.supervisor.reconcile()
  }

  async #recoverSleep({ supervisor }: PodEntry): Promise<void> {
    const { paths, log } = this.#needs
    const asleep = await readAsleep(paths.pod(supervisor.name)).catch(error => {
      // It is awake then.
      log.error('files', error.message, { pod: supervisor.name })
      return undefined
    })
    supervisor.enterEpoch(await this.#epochOf(supervisor.name))
    // One that was noted for a start that was never saved says nothing.
    if (asleep?.generation === supervisor.inForce?.desired.generation) supervisor.rest(asleep)
  }

  /** What is lost is begun anew: who decides by an older one is not refused then. */
  async #epochOf(name: string): Promise<number> {
    const { paths, log } = this.#needs
    return await readEpoch(paths.pod(name)).catch(error => {
      log.error('files', error.message, { pod: name })
      return 0
    })
  }

  async #putInForce(entry: PodEntry, desired: Desired, options: { quietly?: boolean } = {}): Promise<void> {
    try {
      const images = await readImages(this.#needs.paths, desired, entry.file.file)
      const wasUnknown = entry.supervisor.inForce === undefined
      entry.supervisor.putInForce(desired, images)
      if (options.quietly) return
      if (wasUnknown) await recoverEndsOf(entry.supervisor, this.#needs)
      await entry.supervisor.reconcile()
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      this.#reportProblem(entry, error)
    }
  }

  /** It may have been read in the middle of a write, and of the rest of it no event may come: it is looked at once more. */
  #reportBroken(entry: PodEntry, error: P8aError): void {
    this.#reportProblem(entry, error)
    if (!isPassing(error)) setTimeout(() => void this.reload(entry.supervisor.name), readAgainMs).unref()
  }

  #reportProblem({ supervisor }: PodEntry, error: P8aError): void {
    this.#needs.log.error('files', error.message, { pod: supervisor.name, ...error.facts })
    supervisor.onProblem(error.message)
    // No edit will tell when it has passed.
    if (isPassing(error)) setTimeout(() => void this.reload(supervisor.name), readAgainMs).unref()
  }

  /** Its folder was taken away: its runs end, then it is forgotten. */
  async #letGo({ supervisor }: PodEntry): Promise<void> {
    this.#needs.log.warn('files', 'the pod was taken out of the data directory', { pod: supervisor.name })
    await supervisor.hold()
    await supervisor.until(() => !supervisor.hasRuns)
    this.#pods.forget(supervisor.name)
  }
}

function unknownRuns(name: string, error: P8aError): P8aError {
  return new P8aError(
    'state_broken',
    `The host could not start, since it cannot know which runs of pod ${quote(name)} are alive: ${error.message}`,
    {
      hint: 'Pods that run keep running; check the rights of the file, the disk, and how many files are open, and start the host again',
      facts: { ...error.facts, pod: name },
      cause: error,
    },
  )
}
