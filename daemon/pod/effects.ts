// Performs what the lifecycle asks for: saves records and ends itself, and lets others spawn, check and stop. It decides nothing; the
// outcome of an effect goes back to the slots as an event.

import type { Port } from '../../protocol/listen.ts'
import { joinPath, runId } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import { leaseOfKept } from '../bounds/lease.ts'
import type { Over } from '../lifecycle/bounds.ts'
import type { SlotWithRun } from '../lifecycle/public.ts'
import type { RestEvent } from '../lifecycle/seat.ts'
import type { Effect, Failure, RunRef, Slot, SlotEvent } from '../lifecycle/slot.ts'
import { removeCallSocket } from '../store/call-socket.ts'
import type { RunRecord } from '../store/run-record.ts'
import { stdinPipe } from '../system/paths.ts'
import type { ExitOutcome } from '../system/process.ts'
import { removeFile } from '../system/remove-file.ts'
import { Bounding, type BoundingNeeds } from './bounding.ts'
import { Checking } from './checking.ts'
import { assignmentOf } from './environment.ts'
import { Exits } from './exits.ts'
import { Greeting } from './greeting.ts'
import type { InForce } from './in-force.ts'
import { portOfRun, withFilesThatAreThere } from './kept-env.ts'
import { type KeptNeeds, KeptRuns } from './kept-runs.ts'
import { LiveRun } from './live-run.ts'
import { Records } from './records.ts'
import { RunProcess } from './run-process.ts'
import { isKept, serviceKey } from './service-order.ts'
import { Spawning, type SpawningNeeds } from './spawning.ts'
import { Stopping } from './stopping.ts'

/** How long after an end what is old is removed: not while the next run begins, and once for many ends. */
const pruneMs = 250

/** What the effects need of the host. `path`: its dotted path; empty for the root. */
export type EffectsNeeds = SpawningNeeds & KeptNeeds & BoundingNeeds

/** What the effects need of the slots. */
export type EffectsOwner = {
  name: string
  /** With what a run of this spec was begun; without one, what is in force. */
  inForce(spec?: string): InForce | undefined
  /** The state of a run. */
  slotOf(live: LiveRun): Slot
  /** Resolves once the effects of the event have been performed. */
  post(live: LiveRun, event: SlotEvent | RestEvent): Promise<void>
  /** Something that a status shows has changed. */
  onChanged(): void
  onEnded(end: RunEnd): void
  /** A run is over a limit. */
  onOver(live: LiveRun, over: Over): void
}

export class Effects {
  readonly runs = new Map<number, LiveRun>()
  /** What comes in over the link. */
  readonly greeting: Greeting
  #needs: EffectsNeeds
  #owner: EffectsOwner
  #records: Records
  #spawning: Spawning
  #kept: KeptRuns
  #bounding: Bounding
  #checking: Checking
  #stopping: Stopping
  #exits: Exits
  #pruning: NodeJS.Timeout | undefined
  #isDetached = false

  constructor(needs: EffectsNeeds, owner: EffectsOwner) {
    this.#needs = needs
    this.#owner = owner
    this.#records = new Records(owner.name, needs)
    this.#bounding = new Bounding(needs, owner)
    this.#kept = new KeptRuns(needs, {
      name: owner.name,
      slotOf: live => owner.slotOf(live),
      post: (live, event) => owner.post(live, event),
      saveKeeper: (live, keeper) => this.#records.saveKeeper(live, keeper),
      isToldReady: () => owner.inForce()?.config.ready === 'said',
      within: live => this.#bounding.within(live),
      lease: ({ ref: { spec, number } }) =>
        leaseOfKept(owner.inForce(spec)?.config ?? {}, {
          paths: needs.paths,
          key: serviceKey(needs, owner.name, number),
        }),
      logShare: ({ ref }) => {
        const { config, scale } = owner.inForce(ref.spec) ?? {}
        return { limits: config?.limits, scale }
      },
      hasSockets: () => owner.inForce()?.config.listen !== undefined,
      onChanged: () => owner.onChanged(),
      port: async () => {
        const inForce = owner.inForce()
        if (!inForce) return undefined
        const { config, desired } = await withFilesThatAreThere(needs.paths, { name: owner.name, ...inForce })
        return portOfRun({ config, params: desired.params, ports: this.#ports })
      },
    })
    this.#spawning = new Spawning(needs, {
      name: owner.name,
      inForce: spec => owner.inForce(spec),
      post: (live, event) => owner.post(live, event),
      kept: this.#kept,
    })
    const of = {
      name: owner.name,
      inForce: (spec?: string) => owner.inForce(spec),
      slotOf: (live: LiveRun) => owner.slotOf(live),
      post: (live: LiveRun, event: SlotEvent | RestEvent) => owner.post(live, event),
      onChanged: () => owner.onChanged(),
      onFailed: (live: LiveRun, what: string, error: unknown) => this.#fail(live, what, error),
      isDetached: () => this.#isDetached,
      kept: this.#kept,
    }
    this.#checking = new Checking(needs, { ...of, all: () => this.runs.values() })
    this.#stopping = new Stopping(needs, of)
    this.#exits = new Exits(needs, { ...of, stopping: this.#stopping, bounding: this.#bounding })
    this.greeting = new Greeting(needs.processes, {
      slotOf: live => owner.slotOf(live),
      post: (live, event) => owner.post(live, event),
      onBooted: live => this.#spawning.onBooted(live),
      onChanged: () => owner.onChanged(),
    })
  }

  /** The sockets that are held for the pod. */
  get #ports(): readonly Port[] {
    return this.#needs.ports.of(joinPath(this.#needs.path, this.#owner.name))
  }

  /** Performs an effect of a slot. @returns why the effects after it must not be done */
  async perform(effect: Effect, number: number): Promise<Failure | undefined> {
    const live = this.runs.get(effect.run.number) ?? this.#begin(number, effect.run)
    switch (effect.do) {
      case 'save':
        return await this.#save(live, this.#owner.slotOf(live) as SlotWithRun)
      case 'spawn':
        return void this.#spawning.spawn(live)
      case 'boot':
        return void this.#spawning.boot(live)
      case 'assign':
        await this.#bounding.hold(live)
        return this.#assign(live)
      case 'greet':
        this.#bounding.watch(live)
        live.link.answerWith({ do: 'go-on' })
        // An earlier host may not have told it so, nor one whose link was gone just then.
        return this.#acceptIfUp(live, this.#owner.slotOf(live))
      case 'check':
        return void this.#checking.check(live, effect.timeoutMs)
      case 'rest':
        return void this.#stopping.rest(live, effect.forMs)
      case 'drain':
        return void this.#stopping.drain(live, effect.timeoutMs)
      case 'cleanup':
        return void this.#stopping.cleanup(live)
      case 'term':
        return void (await this.#stopping.term(live))
      case 'kill':
        return void (await this.#stopping.kill(live))
      case 'end':
        return void (await this.#end(live, effect))
    }
  }

  /** Takes over a run of an earlier host. */
  adopt(ref: RunRef, record: RunRecord): LiveRun {
    const live = this.#add(ref, record)
    this.#kept.adopt(live)
    const { pid, startTime } = record
    if (pid === undefined || startTime === undefined) return live
    live.process.adopt({ pid, startTime })
    live.process.introduce()
    this.#bounding.watch(live)
    return live
  }

  /** Other limits may be in force for runs that stay. */
  watchLimits(): void {
    for (const live of this.runs.values()) this.#bounding.watch(live)
  }

  /** Removes records and logs beyond what is kept, and ends processes that nobody knows of. */
  async prune(): Promise<void> {
    await this.#kept.endForgotten()
    await this.#pruneRecords()
  }

  async #pruneNow(): Promise<void> {
    this.#pruning = undefined
    await this.prune()
  }

  async #pruneRecords(): Promise<void> {
    const { logs } = this.#owner.inForce()?.config.limits ?? {}
    await this.#records.prune(new Set(this.runs.keys()), logs)
  }

  detach(): void {
    this.#isDetached = true
    clearTimeout(this.#pruning)
    this.#bounding.detach(this.runs.values())
    this.#kept.detach()
    for (const { process } of this.runs.values()) process.detach()
  }

  #begin(slot: number, ref: RunRef): LiveRun {
    const { desired, image, config } = this.#owner.inForce(ref.spec) ?? {}
    const keeper = image && isKept(image) ? { keeper: { ticket: this.#kept.ticket } } : {}
    const contained = config?.isolate?.by === 'container' ? { isContained: true } : {}
    return this.#add(ref, this.#records.begin(ref, { slot, version: desired?.version ?? 0, ...keeper, ...contained }))
  }

  #add(ref: RunRef, record: RunRecord): LiveRun {
    const { name } = this.#owner
    const mark = { run: runId(name, ref.number), storage: this.#needs.paths.pod(name).storage }
    // What an engine begins ends in its own time.
    const options = record.isContained ? {} : { mark }
    const process = new RunProcess(this.#needs.processes, outcome => void this.#onExited(live, outcome), options)
    const live = new LiveRun({ ref, record, process })
    this.runs.set(ref.number, live)
    return live
  }

  async #save(live: LiveRun, slot: SlotWithRun): Promise<Failure | undefined> {
    const failure = await this.#records.save(live, slot)
    const { state } = live.record
    const why = slot.at === 'stopping' && slot.why !== 'stopped' ? { why: slot.why, ...slot.found } : {}
    const what = slot.at === 'draining' ? 'draining' : state === 'starting' ? 'spawned' : state
    if (state !== 'spawning') this.#log(live, what, why)
    if (state !== 'spawning' && state !== 'starting') this.#spawning.onLoaded(live)
    this.#acceptIfUp(live, slot)
    return failure
  }

  /** However it came to be up: what there was to check may be over. */
  #acceptIfUp(live: LiveRun, { at }: Slot): undefined {
    const inForce = this.#owner.inForce(live.ref.spec)
    if (at === 'up' && (!inForce || inForce.config.listen !== undefined)) live.accept()
  }

  async #onExited(live: LiveRun, exited?: ExitOutcome): Promise<void> {
    const end = await this.#exits.endOf(live, exited)
    if (end) await this.#owner.post(live, { type: 'exited', end })
  }

  /** The lifecycle asks for this only if the code is known. */
  #assign(live: LiveRun): undefined {
    const { image, desired, config, scale } = this.#owner.inForce(live.ref.spec) as InForce
    const { name } = this.#owner
    const assignment = assignmentOf(this.#needs, {
      name,
      live,
      image,
      config,
      scale,
      params: desired.params,
      args: desired.args,
      ports: this.#ports,
    })
    live.link.answerWith({ do: 'run', assignment })
  }

  /** Until the end is saved, the next host does all of this again; so it is saved last. */
  async #end(live: LiveRun, { end, askedMs, retryAtMs }: Extract<Effect, { do: 'end' }>): Promise<void> {
    this.#spawning.onBooted(live)
    this.#spawning.onLoaded(live)
    if (!(await this.#sweep(live))) return
    await this.#bounding.endWithin(live)
    live.process.detach()
    const isKeepers = this.#kept.has(live)
    // Neither of these waits for another: whatever begins next waits for all of them.
    await Promise.all([
      this.#takeOutput(live).then(async () => isKeepers && (await this.#kept.forget(live))),
      removeCallSocket(this.#needs.paths, live.ticket),
      removeFile(stdinPipe(this.#needs.paths.pod(this.#owner.name), live.ref.number)).catch(() => {}),
    ])
    const { clock } = this.#needs
    const retryInMs = retryAtMs === undefined ? undefined : Math.max(0, retryAtMs - clock.nowMs())
    await this.#records.saveEnd(live, end, retryInMs)
    const { outlook: _outlook, isUnseen: _isUnseen, isStopped: _isStopped, ...told } = end
    this.#log(live, 'ended', { ...told, ...(retryInMs !== undefined && { retryInMs: Math.round(retryInMs) }) })
    this.#bounding.drop(live)
    this.runs.delete(live.ref.number)
    if (!this.#isDetached) this.#pruning ??= setTimeout(() => void this.#pruneNow(), pruneMs).unref()
    const tookMs = askedMs === undefined ? {} : { tookMs: Math.round(clock.nowMs() - askedMs) }
    this.#owner.onEnded({ run: runId(this.#owner.name, live.ref.number), ...told, ...tookMs })
  }

  async #takeOutput(live: LiveRun): Promise<void> {
    if (await this.#kept.release(live)) await this.#records.foldRaw(live, this.#owner.inForce()?.config.limits)
    else this.#records.foldLater(live)
  }

  async #sweep(live: LiveRun): Promise<boolean> {
    return await live.process.sweep(error => this.#fail(live, 'Its process group could not be swept yet', error))
  }

  #fail(live: LiveRun, what: string, err: unknown): void {
    this.#needs.log.error('run', what, { ...this.#facts(live), err })
  }

  #facts(live: LiveRun) {
    return { pod: this.#owner.name, run: runId(this.#owner.name, live.ref.number) }
  }

  #log(live: LiveRun, what: string, facts: Record<string, unknown> = {}): void {
    const { identity } = live
    this.#needs.log.info('run', what, { ...this.#facts(live), ...(identity && { pid: identity.pid }), ...facts })
  }
}
