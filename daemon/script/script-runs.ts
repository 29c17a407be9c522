// The runs of one script: begins one for each start, in its turn, keeps what is known of those that are over, and takes
// over what an earlier host left.
import { mkdir, rm } from 'node:fs/promises'
import type { PodConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote, runId } from '../../protocol/names.ts'
import type { PodState, RunEnd } from '../../protocol/words.ts'
import { mainFile } from '../image/store.ts'
import { pruneLogs } from '../logs/retention.ts'
import type { InForce } from '../pod/supervisor.ts'
import { type RunRecord, writeRecord } from '../store/run-record.ts'
import { saveError } from '../store/state-file.ts'
import { timeText } from '../system/clock.ts'
import { runPaths } from '../system/paths.ts'
import { commandOf } from './interpreter.ts'
import type { ScriptQueue } from './queue.ts'
import type { ScriptRecord } from './record-file.ts'
import { ScriptRun, type ScriptRunNeeds } from './script-run.ts'

/** How many more than are kept there may be before the oldest are removed: to look each time would cost more. */
const pruneEvery = 50
/** For how long folders that were made are taken to be there. */
const foldersMs = 1000

/** What a start of a script brings. */
export type ScriptStart = {
  params: Record<string, string>
  args: readonly string[]
  env: Record<string, string>
  cwd: string | undefined
  timeoutMs: number | undefined
  stopMs: number | undefined
  stdin: Buffer | undefined
}

/** The start that a config, params and arguments ask for. */
export function startOf(
  { env = {}, cwd, timeout, stopTimeout }: Pick<PodConfig, 'env' | 'cwd' | 'timeout' | 'stopTimeout'>,
  more: Pick<ScriptStart, 'params' | 'args' | 'stdin'>,
): ScriptStart {
  return { ...more, env, cwd, timeoutMs: timeout, stopMs: stopTimeout }
}

/** What the runs need of the host. `scriptQueue`: the order in which scripts get their turn. */
export type ScriptNeeds = ScriptRunNeeds & { scriptQueue: ScriptQueue }

/** What the runs need of their pod. */
export type ScriptsOwner = {
  name: string
  inForce(): InForce | undefined
  nextNumber(): number
  onChanged(): void
  onEnded(end: RunEnd): void
}

export class ScriptRuns {
  readonly live = new Map<number, ScriptRun>()
  #needs: ScriptNeeds
  #owner: ScriptsOwner
  /** Records of runs that are over, oldest first. */
  #over = new Map<number, ScriptRecord>()
  #foldersMs = Number.NEGATIVE_INFINITY
  #isHeld = false
  #isDetached = false

  constructor(needs: ScriptNeeds, owner: ScriptsOwner) {
    this.#needs = needs
    this.#owner = owner
  }

  get hasRuns(): boolean {
    return this.live.size > 0
  }

  get state(): PodState {
    const states = [...this.live.values()].map(({ state }) => state)
    if (states.some(state => state !== 'queued')) return 'up'
    return states.length > 0 ? 'waiting' : 'idle'
  }

  /** All that are known, newest first. */
  get records(): ScriptRecord[] {
    const live = [...this.live.values()].map(({ number, record }) => [number, record] as const)
    return [...this.#over, ...live].sort(([a], [b]) => b - a).map(([, record]) => record)
  }

  /** The run that ended last. */
  get last(): ScriptRecord | undefined {
    return [...this.#over.values()].at(-1)
  }

  /** How many may run at once. */
  get cap(): number {
    const { desired } = this.#owner.inForce() ?? {}
    return desired?.scale ?? desired?.config.scale ?? this.#needs.settings.maxPodScripts
  }

  /** How many may run at once has changed: some that wait may have their turn. */
  onCapChanged(): void {
    this.#needs.scriptQueue.look()
  }

  record(number: number): ScriptRecord | undefined {
    return this.live.get(number)?.record ?? this.#over.get(number)
  }

  /**
   * Begins a run, or queues it. Its record is saved before this resolves.
   * @throws {P8aError} `bad_interpreter`, `start_failed`, `host_gone`, `no_space`, `save_failed`
   */
  async start(start: ScriptStart): Promise<ScriptRun> {
    const { image, policy, desired } = this.#owner.inForce() as InForce
    const { name } = this.#owner
    if (this.#isHeld) throw new P8aError('host_gone', `Cannot start pod ${quote(name)}: it or its host is stopping`)
    const path = start.env.PATH ?? process.env.PATH ?? ''
    const file = mainFile(this.#needs.paths, { hash: image.hash, format: 'script' })
    const command = await commandOf(file, { name, args: start.args, path })
    await this.#makeFolders()
    const now = timeText(this.#needs.clock)
    const number = this.#owner.nextNumber()
    const record: ScriptRecord = {
      v: 1,
      id: runId(name, number),
      slot: 0,
      spec: '',
      version: desired.images.findLast(({ hash }) => hash === image.hash)?.version ?? 0,
      failures: 0,
      restarts: 0,
      ticket: this.#needs.keepers.ticket,
      boot: this.#needs.boot,
      state: 'queued',
      startedAt: now,
      script: {
        queuedAt: now,
        hash: image.hash,
        params: start.params,
        args: [...start.args],
        env: start.env,
        ...(start.cwd !== undefined && { cwd: start.cwd }),
        ...(start.timeoutMs !== undefined && { timeoutMs: start.timeoutMs }),
        stopMs: start.stopMs ?? policy.stopTimeoutMs,
        maxOutputBytes: this.#needs.settings.maxOutputBytes,
        hasStdin: start.stdin !== undefined,
      },
    }
    const run = this.#newRun(number, record)
    run.command = command
    this.live.set(number, run)
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
    // Those that wait first, so that none of them takes the place of one that ends.
    const runs = [...numbers].flatMap(number => this.live.get(number) ?? [])
    runs.sort((a, b) => Number(b.state === 'queued') - Number(a.state === 'queued'))
    await Promise.all(runs.map(run => run.stop()))
  }

  /** Takes over what an earlier host left. @param records newest first */
  recover(records: readonly { number: number; record: RunRecord }[]): void {
    for (const { number, record } of records.toReversed()) {
      if (!isScript(record)) continue
      if (record.state === 'ended' || record.state === 'lost') this.#over.set(number, record)
      else this.#recoverLive(number, record)
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
    this.#over.delete(number)
    await this.#remove(number)
  }

  /** Removes the oldest beyond what is kept, and those that are too old. */
  async prune(): Promise<void> {
    const { keepScriptRuns, runAge } = this.#needs.settings
    const tooMany = this.#over.size - keepScriptRuns
    const oldestMs = this.#needs.clock.wallMs() - runAge
    const old = [...this.#over].filter(
      ([, record], index) => index < tooMany || Date.parse(record.endedAt ?? record.startedAt) < oldestMs,
    )
    for (const [number] of old) await this.erase(number)
    const { paths, settings, clock } = this.#needs
    const limits = { maxBytes: settings.logPodBytes, maxAgeMs: settings.logAge, nowMs: clock.wallMs() }
    await pruneLogs(paths.logs, this.#owner.name, { live: new Set(this.live.keys()), ...limits })
  }

  detach(): void {
    this.#isDetached = true
    for (const run of this.live.values()) run.detach()
  }

  /** Not at each of many starts, and yet soon where a person took one away. */
  async #makeFolders(): Promise<void> {
    const nowMs = this.#needs.clock.nowMs()
    if (nowMs - this.#foldersMs < foldersMs) return
    const { runs, logs, storage } = this.#needs.paths.pod(this.#owner.name)
    for (const dir of [runs, logs, storage]) {
      await mkdir(dir, { recursive: true, mode: 0o700 }).catch(error => {
        throw saveError(dir, error)
      })
    }
    this.#foldersMs = nowMs
  }

  #newRun(number: number, record: ScriptRecord): ScriptRun {
    return new ScriptRun({ number, record }, this.#needs, {
      name: this.#owner.name,
      onChanged: () => this.#owner.onChanged(),
      onOver: (run, record) => this.#onOver(run, record),
    })
  }

  #enqueue(run: ScriptRun): void {
    const { scriptQueue } = this.#needs
    const leave = scriptQueue.enter({
      pod: this,
      cap: () => this.cap,
      begin: () => {
        run.onRelease = () => scriptQueue.leave(this)
        if (!this.#isDetached) run.on({ type: 'turn' })
      },
    })
    if (run.state === 'queued') run.onRelease = () => void leave()
  }

  #recoverLive(number: number, record: ScriptRecord): void {
    const isQueued = record.state === 'queued'
    if (record.boot !== this.#needs.boot && !isQueued) {
      const end = { code: null, signal: null, reason: 'lost', message: 'host went down' } as const
      const lost: ScriptRecord = { ...record, state: 'lost', end, endedAt: timeText(this.#needs.clock) }
      this.#over.set(number, lost)
      this.#needs.log.warn('adopt', 'run lost: host went down', { pod: this.#owner.name, run: record.id })
      void writeRecord(this.#needs.paths.pod(this.#owner.name), number, lost).catch(error =>
        this.#needs.log.error('files', 'The record of a lost run could not be saved', { run: record.id, err: error }),
      )
      return
    }
    const run = this.#newRun(number, { ...record, boot: this.#needs.boot })
    this.live.set(number, run)
    if (isQueued) {
      run.takeOver()
      this.#enqueue(run)
      return
    }
    this.#needs.log.info('adopt', `adopting a run that was ${record.state}`, {
      pod: this.#owner.name,
      run: record.id,
    })
    this.#needs.keepers.know(record.ticket)
    this.#needs.scriptQueue.take(this)
    run.onRelease = () => this.#needs.scriptQueue.leave(this)
    void run.adopt()
  }

  #onOver(run: ScriptRun, record: ScriptRecord): void {
    this.live.delete(run.number)
    this.#over.set(run.number, record)
    const tookMs = run.stopAskedMs === undefined ? undefined : this.#needs.clock.nowMs() - run.stopAskedMs
    this.#owner.onEnded({
      run: run.id,
      ...(record.end ?? { code: null, signal: null, reason: 'lost' }),
      ...(tookMs !== undefined && { tookMs: Math.round(tookMs) }),
    } as RunEnd)
    this.#owner.onChanged()
    if (this.#over.size > this.#needs.settings.keepScriptRuns + pruneEvery) void this.#pruneQuietly()
  }

  async #pruneQuietly(): Promise<void> {
    await this.prune().catch(error =>
      this.#needs.log.warn('files', 'Old records could not be removed', { pod: this.#owner.name, err: error }),
    )
  }

  async #remove(number: number): Promise<void> {
    const { record, exit, stdin, log } = runPaths(this.#needs.paths.pod(this.#owner.name), number)
    await Promise.all([record, exit, stdin, log].map(file => rm(file, { force: true })))
  }
}

function isScript(record: RunRecord): record is ScriptRecord {
  return record.script !== undefined
}
