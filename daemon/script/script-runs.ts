// The runs of one script: begins one for each start, in its turn, keeps the records of those that are over, and takes
// over the runs of an earlier host.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { PodState, RunEnd } from '../../protocol/words.ts'
import { mainFile } from '../image/store.ts'
import { commandOf } from '../keeper/interpreter.ts'
import type { Keepers } from '../keeper/keepers.ts'
import type { ImageRef } from '../store/desired.ts'
import type { RunRecord } from '../store/run-record.ts'
import { ownPath } from '../system/environment.ts'
import { OverRuns } from './over-runs.ts'
import type { ScriptQueue } from './queue.ts'
import type { ScriptRecord } from './record-file.ts'
import { RunFolders } from './run-folders.ts'
import type { ScriptRunNeeds } from './script-effects.ts'
import { ScriptRun } from './script-run.ts'
import { queuedRecord, refuseTooLarge, type ScriptInForce, type ScriptStart } from './start.ts'

/** What the runs need of the host. `scriptQueue`: the order in which scripts get their turn. */
export type ScriptNeeds = ScriptRunNeeds & { scriptQueue: ScriptQueue; keepers: Keepers }

/** What the runs need of their pod. */
export type ScriptsOwner = {
  name: string
  inForce(): ScriptInForce | undefined
  nextNumber(): number
  /** @throws {P8aError} `quota_exceeded` */
  refuseRun(): void
  onChanged(): void
  onEnded(end: RunEnd): void
}

export class ScriptRuns {
  readonly live = new Map<number, ScriptRun>()
  #needs: ScriptNeeds
  #owner: ScriptsOwner
  #over: OverRuns
  #folders: RunFolders
  #isHeld = false

  constructor(needs: ScriptNeeds, owner: ScriptsOwner) {
    this.#needs = needs
    this.#owner = owner
    this.#over = new OverRuns(owner.name, needs)
    this.#folders = new RunFolders(owner.name, needs)
  }

  get hasRuns(): boolean {
    return this.live.size > 0
  }

  get state(): PodState {
    const runs = [...this.live.values()]
    if (runs.some(run => run.recorded.state !== 'queued')) return 'up'
    return runs.length > 0 ? 'waiting' : 'idle'
  }

  /** All known records, newest first. */
  get records(): ScriptRecord[] {
    const live = [...this.live.values()].map(({ number, record }) => [number, record] as const)
    return [...this.#over.all, ...live].sort(([a], [b]) => b - a).map(([, record]) => record)
  }

  /** The run that ended last. */
  get last(): ScriptRecord | undefined {
    return this.#over.last
  }

  /** The version that was pushed last. What is in force has one. */
  get newest(): ImageRef {
    return this.#owner.inForce()?.desired.images.at(-1) as ImageRef
  }

  /** How many may run at once. */
  get cap(): number {
    const { desired } = this.#owner.inForce() ?? {}
    return desired?.scale ?? desired?.config.scale ?? this.#needs.settings.maxPodScripts
  }

  /** The number of runs that may run at once has changed: some waiting runs may begin. */
  onCapChanged(): void {
    this.#needs.scriptQueue.look()
  }

  record(number: number): ScriptRecord | undefined {
    return this.live.get(number)?.record ?? this.#over.all.get(number)
  }

  /**
   * Begins a run, or queues it. Its record is saved before this resolves.
   * @throws {P8aError} `bad_interpreter`, `too_large`, `start_failed`, `host_gone`, `quota_exceeded`, `no_space`, `save_failed`
   */
  async start(start: ScriptStart): Promise<ScriptRun> {
    const inForce = this.#owner.inForce() as ScriptInForce
    const { name } = this.#owner
    if (this.#isHeld) throw new P8aError('host_gone', `Cannot start pod ${quote(name)}: it or its host is stopping`)
    const path = start.env.PATH ?? ownPath()
    const file = mainFile(this.#needs.paths, { hash: inForce.image.hash, format: 'script' })
    const command = await commandOf(file, { name, args: start.args, path })
    refuseTooLarge(name, start)
    await this.#folders.make()
    this.#owner.refuseRun()
    const number = this.#owner.nextNumber()
    const { ticket } = this.#needs.keepers
    const run = this.#add({
      number,
      record: queuedRecord(this.#needs, inForce, { pod: name, number, ticket, start }),
      command,
    })
    this.#enqueue(run)
    try {
      await run.saveFirst(start.stdin)
    } catch (error) {
      this.live.delete(number)
      throw error
    }
    return run
  }

  /** Asks runs to end; resolves once that is saved. */
  async stop(numbers: Iterable<number> = this.live.keys()): Promise<void> {
    // The waiting ones first, so that none of them takes the place of a run that ends.
    const runs = [...numbers].flatMap(number => this.live.get(number) ?? [])
    const isQueued = ({ recorded }: ScriptRun) => Number(recorded.state === 'queued')
    runs.sort((a, b) => isQueued(b) - isQueued(a))
    await Promise.all(runs.map(run => run.stop()))
  }

  /** Kills runs that were asked to end. */
  async kill(numbers: Iterable<number>): Promise<void> {
    await Promise.all([...numbers].map(number => this.live.get(number)?.kill()))
  }

  /** Takes over the runs of an earlier host. @param records newest first */
  recover(records: readonly { number: number; record: RunRecord }[]): void {
    for (const { number, record } of records.toReversed()) {
      if (!isScript(record)) continue
      if (record.state === 'ended' || record.state === 'lost') this.#over.add(number, record)
      else this.#takeOver(number, record)
    }
  }

  hold(): void {
    this.#isHeld = true
    void this.stop()
  }

  release(): void {
    this.#isHeld = false
  }

  /** Removes the record and the output of a run that is over. */
  async erase(number: number): Promise<void> {
    await this.#over.erase(number)
  }

  /** Removes records that are too many or too old. */
  async prune(): Promise<void> {
    await this.#over.prune(new Set(this.live.keys()))
  }

  detach(): void {
    for (const run of this.live.values()) run.detach()
  }

  #add(options: ConstructorParameters<typeof ScriptRun>[0]): ScriptRun {
    const run = new ScriptRun(options, this.#needs, {
      name: this.#owner.name,
      onChanged: () => this.#owner.onChanged(),
      onOver: (run, record) => this.#onOver(run, record),
    })
    this.live.set(run.number, run)
    return run
  }

  #enqueue(run: ScriptRun): void {
    run.enqueue(this.#needs.scriptQueue, { pod: this, cap: () => this.cap })
  }

  #takeOver(number: number, record: ScriptRecord): void {
    const { keepers, scriptQueue, log } = this.#needs
    const run = this.#add({ number, record })
    if (record.state === 'queued') {
      run.takeOver(undefined)
      this.#enqueue(run)
      return
    }
    keepers.know(record.ticket)
    run.takeOver(scriptQueue.take(this))
    const facts = { pod: this.#owner.name, run: run.id }
    const { state, end } = run.recorded
    if (state === 'lost') log.warn('adopt', `run lost: ${end?.message}`, facts)
    else log.info('adopt', `adopting a run that was ${record.state}`, facts)
  }

  #onOver(run: ScriptRun, record: ScriptRecord): void {
    this.live.delete(run.number)
    this.#over.add(run.number, record)
    const tookMs = run.stopAskedMs === undefined ? undefined : this.#needs.clock.nowMs() - run.stopAskedMs
    this.#owner.onEnded({
      run: run.id,
      ...(record.end ?? { code: null, signal: null, reason: 'lost' }),
      ...(tookMs !== undefined && { tookMs: Math.round(tookMs) }),
    } as RunEnd)
    this.#owner.onChanged()
    void this.#makeRoom()
  }

  async #makeRoom(): Promise<void> {
    await this.#over
      .makeRoom(new Set(this.live.keys()))
      .catch(error =>
        this.#needs.log.warn('files', 'Old records could not be removed', { pod: this.#owner.name, err: error }),
      )
  }
}

function isScript(record: RunRecord): record is ScriptRecord {
  return record.script !== undefined
}
