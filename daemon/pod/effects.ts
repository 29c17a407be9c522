// Performs what the lifecycle asks for: saves records, spawns, answers, checks, signals. It decides nothing; the
// outcome of an effect goes back to the slots as an event.

import type { ExitNote } from '../../protocol/link.ts'
import type { Port } from '../../protocol/listen.ts'
import { joinPath, runId } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import type { BoundRun, Bounds } from '../bounds/bounds.ts'
import { endWithin } from '../bounds/end-within.ts'
import { leaseOfKept } from '../bounds/lease.ts'
import { userOf } from '../bounds/user.ts'
import { Within } from '../bounds/within.ts'
import type { Over } from '../lifecycle/bounds.ts'
import type { SlotWithRun } from '../lifecycle/public.ts'
import type { RestEvent } from '../lifecycle/seat.ts'
import type { Effect, End, Failure, RunRef, Slot, SlotEvent } from '../lifecycle/slot.ts'
import { removeCallSocket } from '../store/call-socket.ts'
import type { RunRecord } from '../store/run-record.ts'
import { runPaths, stdinPipe } from '../system/paths.ts'
import type { ExitOutcome } from '../system/process.ts'
import { removeFile } from '../system/remove-file.ts'
import { isBusy } from '../system/room.ts'
import { untilSeen } from '../system/until-seen.ts'
import { backgroundText } from './background.ts'
import { believed } from './believed.ts'
import type { CheckOutcome } from './checks.ts'
import { assignmentOf } from './environment.ts'
import { endOf, readExitNote } from './exit-note.ts'
import { Greeting } from './greeting.ts'
import type { InForce } from './in-force.ts'
import { folderOfRun, portOfRun, variablesOfRun, withEnvFiles } from './kept-env.ts'
import { type KeptNeeds, KeptRuns } from './kept-runs.ts'
import { LiveRun } from './live-run.ts'
import { checkOutside } from './outside-check.ts'
import { mayRestOutside } from './outside-still.ts'
import { Records } from './records.ts'
import { awaitRest } from './rest.ts'
import type { Said } from './run-link.ts'
import { RunProcess } from './run-process.ts'
import { isKept, serviceKey } from './service-order.ts'
import { Spawning, type SpawningNeeds } from './spawning.ts'

/** How long after an end what is old is removed: not while the next run begins, and once for many ends. */
const pruneMs = 250

/** What the effects need of the host. `path`: its dotted path; empty for the root. */
export type EffectsNeeds = SpawningNeeds &
  KeptNeeds & {
    bounds: Pick<Bounds, 'hold' | 'watch' | 'know' | 'drop' | 'forget' | 'overOf' | 'checkRoom' | 'includes'>
  }

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
  #within: Within
  #pruning: NodeJS.Timeout | undefined
  #isDetached = false

  constructor(needs: EffectsNeeds, owner: EffectsOwner) {
    this.#needs = needs
    this.#owner = owner
    this.#records = new Records(owner.name, needs)
    this.#within = new Within(needs)
    this.#kept = new KeptRuns(needs, {
      name: owner.name,
      slotOf: live => owner.slotOf(live),
      post: (live, event) => owner.post(live, event),
      saveKeeper: (live, keeper) => this.#records.saveKeeper(live, keeper),
      isToldReady: () => owner.inForce()?.config.ready === 'said',
      within: live => this.#within.of(live),
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
        const inForce = await this.#withFiles()
        const ports = this.#ports
        return inForce && portOfRun({ config: inForce.config, params: inForce.desired.params, ports })
      },
    })
    this.#spawning = new Spawning(needs, {
      name: owner.name,
      inForce: spec => owner.inForce(spec),
      post: (live, event) => owner.post(live, event),
      kept: this.#kept,
    })
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
        await this.#bound(live, 'hold')
        return this.#assign(live)
      case 'greet':
        await this.#bound(live, 'watch')
        return void live.link.answerWith({ do: 'go-on' })
      case 'check':
        return void this.#check(live, effect.timeoutMs)
      case 'rest':
        return void this.#rest(live, effect.forMs)
      case 'drain':
        return void this.#drain(live, effect.timeoutMs)
      case 'cleanup':
        return void this.#cleanup(live)
      case 'term':
        return void (await this.#signal(live, this.#stopSignalOf(live)))
      case 'kill':
        return void (await this.#kill(live))
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
    void this.#bound(live, 'watch')
    return live
  }

  /** Its process is known: it gets its limits, or, where it has them already, is watched. */
  async #bound(live: LiveRun, how: 'hold' | 'watch'): Promise<void> {
    const { limits } = this.#owner.inForce(live.ref.spec)?.config ?? {}
    const { identity: leader } = live
    if (!leader) return
    // One whose limits were taken away may have a group that still holds them.
    const { storage } = this.#needs.paths.pod(this.#owner.name)
    const of = { key: this.#keyOf(live), leader, limits: limits ?? {}, storage }
    const run: BoundRun = { ...of, onOver: over => this.#owner.onOver(live, over) }
    if (limits || how === 'watch') await this.#needs.bounds[how](run)
    else {
      this.#needs.bounds.drop(run.key)
      this.#needs.bounds.know(run)
    }
    if (live.record.isContained) void this.#within.watch(live, run.key)
  }

  #keyOf(live: LiveRun): string {
    return joinPath(this.#needs.path, runId(this.#owner.name, live.ref.number))
  }

  /** Other limits may be in force for runs that stay. */
  watchLimits(): void {
    for (const live of this.runs.values()) void this.#bound(live, 'watch')
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
    for (const live of this.runs.values()) this.#needs.bounds.forget(this.#keyOf(live))
    this.#kept.detach()
    this.#within.detach()
    for (const { process } of this.runs.values()) process.detach()
  }

  #begin(slot: number, ref: RunRef): LiveRun {
    const { desired, image, config } = this.#owner.inForce(ref.spec) ?? {}
    const keeper = image && isKept(image) ? { keeper: { ticket: this.#kept.ticket } } : {}
    const contained = config?.isolate?.by === 'container' ? { isContained: true } : {}
    return this.#add(ref, this.#records.begin(ref, { slot, version: desired?.version ?? 0, ...keeper, ...contained }))
  }

  #add(ref: RunRef, record: RunRecord): LiveRun {
    const process = new RunProcess(this.#needs.processes, outcome => void this.#onExited(live, outcome))
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
    return failure
  }

  async #onExited(live: LiveRun, exited?: ExitOutcome): Promise<void> {
    if (this.#isDetached) return
    const isContained = live.record.isContained ?? false
    const outcome = exited && isContained ? endWithin(exited) : exited
    const { note: found, unread } = await this.#noteOf(live, outcome)
    const note = found && isContained ? endWithin(found) : found
    await awaitRest(live, {
      signal: this.#stopSignalOf(live),
      stopMs: this.#owner.inForce(live.ref.spec)?.policy.stopTimeoutMs ?? 0,
      isStopping: () => !this.#isDetached && this.#isBeingStopped(live),
    })
    if (this.#isDetached) return
    const left = this.#isBeingStopped(live) ? [] : await live.process.left().catch(() => [])
    const { lastSignal: sent, ending, wasLinked, isStopped } = live.process
    const limits = this.#owner.inForce(live.ref.spec)?.config.limits
    const over = limits && (await this.#needs.bounds.overOf(this.#keyOf(live), limits))
    const believed = await this.#believed(live, endOf({ outcome, note, unread, ending, sent, wasLinked }))
    const told =
      believed.reason === 'exited' && believed.code === 0 && left.length > 0 ? { message: backgroundText(left) } : {}
    const end: End = over === undefined ? { ...believed, ...told } : { ...believed, reason: 'limit', message: over }
    await this.#owner.post(live, { type: 'exited', end: isStopped ? { ...end, isStopped } : end })
  }

  /** A pod that has another version by now is begun with that one anyway. */
  async #believed(live: LiveRun, end: End): Promise<End> {
    const inForce = this.#owner.inForce()
    if (!inForce || inForce.desired.version !== live.version) return end
    const { paths } = this.#needs
    const { record } = runPaths(paths.pod(this.#owner.name), live.ref.number)
    return await believed(end, { paths, image: inForce.image, record })
  }

  async #noteOf(
    live: LiveRun,
    outcome: ExitOutcome | undefined,
  ): Promise<{ note?: ExitNote | undefined; unread?: string }> {
    const isKept = this.#kept.has(live)
    if (outcome && isKept) return { note: { code: outcome.code, ...(outcome.signal && { signal: outcome.signal }) } }
    const { exit } = runPaths(this.#needs.paths.pod(this.#owner.name), live.ref.number)
    const found = await untilSeen(async () => (isKept ? await this.#kept.noteOf(live) : await readExitNote(exit)), {
      isOver: () => this.#isDetached,
      forMs: this.#needs.settings.adoptTimeout,
      onFailed: err => this.#needs.log.error('run', 'how it ended cannot be read yet', { run: live.record.id, err }),
    })
    if ('unseen' in found) return { unread: found.unseen.message }
    if (this.#hasLifeline(live)) live.process.leaves(found.seen?.lifeline)
    return { note: found.seen }
  }

  /** It is asked to end, and not killed yet. */
  #isBeingStopped(live: LiveRun): boolean {
    const slot = this.#owner.slotOf(live)
    return slot.at === 'stopping' && slot.phase !== 'kill'
  }

  /** What it says itself comes first: a program may listen to another signal alone. */
  #stopSignalOf(live: LiveRun): NodeJS.Signals {
    return this.#owner.inForce(live.ref.spec)?.config.stopSignal ?? live.link.stopSignal ?? 'SIGTERM'
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

  async #check(live: LiveRun, timeoutMs: number): Promise<void> {
    const begunMs = this.#needs.clock.nowMs()
    const came = (outcome: CheckOutcome) => live.checks.note(outcome, this.#needs.clock.nowMs() - begunMs)
    try {
      const [own, outside] = await Promise.all([this.#ask(live, timeoutMs), this.#lookAt(live, timeoutMs)])
      const said = own?.status === 'up' && outside ? outside : own
      // Unless the host itself has no descriptor for a link.
      if (!said && this.#needs.descriptors.isShort) void this.#owner.post(live, { type: 'check-passed' })
      if (!said) return came('unanswered')
      came(said.status === 'up' ? 'passed' : 'failed')
      const isNews = said.text !== undefined || said.status !== 'up' || (outside && live.said?.status === 'error')
      if (isNews) {
        live.link.say(said)
        this.#owner.onChanged()
      }
      if (said.status === 'up') void this.#owner.post(live, { type: 'check-passed' })
      else void this.#owner.post(live, { type: 'check-failed', said: said.text ?? `it says ${said.status}` })
    } catch {
      // No answer in time, or the link is gone: the deadline of the lifecycle counts it.
      came('unanswered')
    }
  }

  /** Without a link there is no answer; the lifecycle's own deadline counts that. */
  async #ask(live: LiveRun, timeoutMs: number): Promise<Said | undefined> {
    if (this.#kept.has(live)) return this.#kept.answerOf(live)
    return await live.peer?.request('check', { timeoutMs }, { timeoutMs: timeoutMs + 1000 })
  }

  async #lookAt(live: LiveRun, timeoutMs: number): Promise<Said | undefined> {
    // Most pods have no such check, and their environment is not worked out for nothing.
    if (this.#owner.inForce(live.ref.spec)?.config.check === undefined) return undefined
    const inForce = await this.#withFiles(live.ref.spec)
    if (!inForce) return undefined
    const run = { name: this.#owner.name, live, ...inForce, params: inForce.desired.params, ports: this.#ports }
    const { check, user: asked } = inForce.config
    const user = check?.command === undefined ? undefined : await userOf(asked)
    return await checkOutside({
      check,
      port: portOfRun(run),
      cwd: folderOfRun(this.#needs.paths, run),
      env: variablesOfRun(this.#needs.paths, run, user),
      timeoutMs,
      user,
    })
  }

  /** What is in force, with the variables of files. Those of files that are gone are left out: the run has them already. */
  async #withFiles(spec?: string): Promise<InForce | undefined> {
    const inForce = this.#owner.inForce(spec)
    if (!inForce) return undefined
    return await withEnvFiles(this.#needs.paths, { name: this.#owner.name, ...inForce }).catch(() => inForce)
  }

  /** Without a link it says hello, and is asked again. */
  async #rest(live: LiveRun, forMs: number): Promise<void> {
    await this.#portsKept(live)
    await this.#needs.ports.cover(joinPath(this.#needs.path, this.#owner.name))
    const rests = this.#kept.has(live)
      ? await mayRestOutside(this.#ports, forMs)
      : await live.peer?.request('rest', { forMs }).catch(() => undefined)
    if (rests !== undefined) void this.#owner.post(live, { type: rests ? 'rested' : 'stirred' })
  }

  async #drain(live: LiveRun, timeoutMs: number): Promise<void> {
    await this.#portsKept(live)
    await live.drain(timeoutMs)
    // Without a link it says hello and is asked again; one in another language cannot be asked.
    if (live.peer || this.#kept.has(live)) void this.#owner.post(live, { type: 'drained' })
  }

  async #cleanup(live: LiveRun): Promise<void> {
    await this.#portsKept(live)
    await untilSeen(async () => await live.process.findOffspring({ hasLifeline: this.#hasLifeline(live) }), {
      isOver: () => this.#isDetached || !this.#isBeingStopped(live),
      // If the system will never tell, only its group is ended.
      forMs: 0,
      onFailed: err =>
        this.#needs.log.error('run', 'what it has started cannot be seen yet', { ...this.#facts(live), err }),
    })
    if (this.#kept.has(live)) return void this.#owner.post(live, { type: 'cleaned' })
    try {
      const cleaned = await live.peer?.request('cleanup', {})
      if (cleaned?.stopSignal) live.link.stopBy(cleaned.stopSignal)
      if (live.peer) void this.#owner.post(live, { type: 'cleaned' })
    } catch {
      // The link was lost meanwhile: the process is gone, or will say hello and be asked again.
    }
  }

  /** While the pod is wanted, no run lets go of the sockets before a keeper holds them: it may be the last that has them. */
  async #portsKept(live: LiveRun): Promise<void> {
    const { desired } = this.#owner.inForce() ?? {}
    if (desired?.want === 'up')
      await this.#needs.ports.kept(joinPath(this.#needs.path, this.#owner.name), live.ref.number)
  }

  /** What an engine begins has that of its client too, and ends in its own time. */
  #hasLifeline(live: LiveRun): boolean {
    return this.#kept.has(live) && !live.record.isContained
  }

  /** With what it has started outside of its group; if the system will never tell, its group alone. */
  async #kill(live: LiveRun): Promise<void> {
    try {
      await live.process.findOffspring({ hasLifeline: this.#hasLifeline(live) })
    } catch (err) {
      if (isBusy(err)) return this.#notSent(live, 'SIGKILL', err)
    }
    await this.#signal(live, 'SIGKILL')
  }

  async #signal(live: LiveRun, signal: NodeJS.Signals): Promise<void> {
    await live.process.signal(signal).catch(err => this.#notSent(live, signal, err))
  }

  /** For example too many open files. The lifecycle's next deadline sends another. */
  #notSent(live: LiveRun, signal: NodeJS.Signals, err: unknown): void {
    this.#needs.log.error('run', `${signal} could not be sent`, { ...this.#facts(live), err })
  }

  /** Until the end is saved, the next host does all of this again; so it is saved last. */
  async #end(live: LiveRun, { end, askedMs, retryAtMs }: Extract<Effect, { do: 'end' }>): Promise<void> {
    this.#spawning.onBooted(live)
    this.#spawning.onLoaded(live)
    if (!(await this.#sweep(live))) return
    if (live.record.isContained) await this.#within.end(live, this.#keyOf(live))
    live.process.detach()
    const isKeepers = this.#kept.has(live)
    // Neither of these waits for another: whatever begins next waits for all of them.
    await Promise.all([
      this.#takeOutput(live),
      removeCallSocket(this.#needs.paths, live.ticket),
      isKeepers && this.#kept.forget(live),
      removeFile(stdinPipe(this.#needs.paths.pod(this.#owner.name), live.ref.number)).catch(() => {}),
    ])
    const { clock } = this.#needs
    const retryInMs = retryAtMs === undefined ? undefined : Math.max(0, retryAtMs - clock.nowMs())
    await this.#records.saveEnd(live, end, retryInMs)
    const { outlook: _outlook, isUnseen: _isUnseen, isStopped: _isStopped, ...told } = end
    this.#log(live, 'ended', { ...told, ...(retryInMs !== undefined && { retryInMs: Math.round(retryInMs) }) })
    this.#needs.bounds.drop(this.#keyOf(live))
    this.runs.delete(live.ref.number)
    this.#pruning ??= setTimeout(() => void this.#pruneNow(), pruneMs).unref()
    const tookMs = askedMs === undefined ? {} : { tookMs: Math.round(clock.nowMs() - askedMs) }
    this.#owner.onEnded({ run: runId(this.#owner.name, live.ref.number), ...told, ...tookMs })
  }

  async #takeOutput(live: LiveRun): Promise<void> {
    if (await this.#kept.release(live)) await this.#records.foldRaw(live)
    else this.#records.foldLater(live)
  }

  async #sweep(live: LiveRun): Promise<boolean> {
    return await live.process.sweep(error =>
      this.#needs.log.error('run', 'Its process group could not be swept yet', { ...this.#facts(live), err: error }),
    )
  }

  #facts(live: LiveRun) {
    return { pod: this.#owner.name, run: runId(this.#owner.name, live.ref.number) }
  }

  #log(live: LiveRun, what: string, facts: Record<string, unknown> = {}): void {
    const { identity } = live
    this.#needs.log.info('run', what, { ...this.#facts(live), ...(identity && { pid: identity.pid }), ...facts })
  }
}
