// Performs what the lifecycle asks for: saves records, spawns, checks, signals. It decides nothing; what comes of an
// effect goes back to the supervisor as an event.
import { setTimeout as delay } from 'node:timers/promises'
import { mergeConfig, type PodConfig } from '../../protocol/config.ts'
import type { Assignment, Hello, Welcome } from '../../protocol/link.ts'
import { runId } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import type { Effect, End, Slot, SlotEvent } from '../lifecycle/slot.ts'
import type { Spares } from '../spare/spares.ts'
import { removeCallSocket } from '../store/call-socket.ts'
import { timeText } from '../system/clock.ts'
import type { Gate } from '../system/gate.ts'
import { type PodPaths, runPaths } from '../system/paths.ts'
import type { ExitOutcome, Identity, Spawned } from '../system/process.ts'
import { isForRoom } from '../system/room.ts'
import type { Seams } from '../system/seams.ts'
import { type ShimPeer, spawnShim } from '../system/shims.ts'
import { assignmentOf, prepareProcess, type RunProcess } from './environment.ts'
import type { InForce } from './in-force.ts'
import { endOf, LiveRun, readExitNote, type Said } from './live-run.ts'
import { Lookout } from './lookout.ts'
import { Records } from './records.ts'

/** How long a boot may keep its place in the start gate. */
const gateMs = 5000
/** When a process group is swept again that could not be. */
const sweepAgainMs = 250

/** What the effects need of the host. */
export type EffectsNeeds = Seams & {
  /** The dotted path of the host; of the root it is empty. */
  path: string
  /** Lets only so many processes boot at once. */
  startGate: Gate
  /** Processes that wait for a run. */
  spares: Pick<Spares, 'take'>
}

/** What the effects need of their supervisor. */
export type Owner = {
  inForce(): InForce | undefined
  isWanted(live: LiveRun): boolean
  slotOf(number: number): Slot
  /** Resolves once what follows from the event has been performed. */
  post(live: LiveRun, event: SlotEvent): Promise<void>
  onEnded(end: RunEnd): void
}

export class Effects {
  readonly runs = new Map<number, LiveRun>()
  #name: string
  #needs: EffectsNeeds
  #owner: Owner
  #paths: PodPaths
  #records: Records
  #lookout: Lookout
  #isDetached = false

  constructor(name: string, needs: EffectsNeeds, owner: Owner) {
    this.#name = name
    this.#needs = needs
    this.#owner = owner
    this.#paths = needs.paths.pod(name)
    this.#records = new Records(name, needs)
    this.#lookout = new Lookout(needs, {
      onGone: live => void this.#onExited(live),
      onNeverSeen: live => void owner.post(live, { type: 'exited', end: { code: null, signal: null, reason: 'lost' } }),
    })
  }

  async perform(slot: number, effect: Effect): Promise<void> {
    const live = this.runs.get(effect.run.number) ?? this.#newRun(slot, effect)
    switch (effect.do) {
      case 'save':
        return await this.#save(live)
      case 'spawn':
        return void this.#spawn(live)
      case 'check':
        return void this.#check(live, effect.timeoutMs)
      case 'cleanup':
        return void this.#cleanup(live)
      case 'term':
        return await this.#signal(live, 'SIGTERM')
      case 'kill':
        return await this.#signal(live, 'SIGKILL')
      case 'end':
        return await this.#end(live, effect.end)
    }
  }

  /** Takes over a run of an earlier host; it is looked for until its shim says hello. */
  adopt(live: LiveRun): void {
    this.runs.set(live.ref.number, live)
    this.#lookout.watch(live)
  }

  /** A shim with the ticket of one of our runs has dialled in. */
  async onHello(live: LiveRun, hello: Hello, peer: ShimPeer): Promise<Welcome> {
    if (live.adopted && !live.identity) await this.#identify(live, hello.pid)
    else await live.spawned.promise
    // A spare that did not answer in time was killed, and the run has another process; should the kill have come too late.
    if (live.identity && live.identity.pid !== hello.pid) return { do: 'end' }
    live.booted.resolve()
    this.#lookout.forget(live)
    live.peer = peer
    if (hello.status) live.said = { status: hello.status, ...(hello.text === undefined ? {} : { text: hello.text }) }
    void this.#owner.post(live, { type: 'hello', state: hello.state })
    if (hello.state !== 'empty') return { do: 'go-on' }
    const slot = this.#owner.slotOf(live.slot)
    if (slot.at === 'stopping' || !this.#owner.inForce()) return { do: 'go-on' }
    // Were we to die now, and it after us, nobody would know whose the children are that it may have.
    if (live.saveError) return this.#refuse(live, live.saveError)
    live.mayHaveCode = true
    return { do: 'run', assignment: this.#assignment(live) }
  }

  /** Has a process that has no code yet end itself. */
  #refuse(live: LiveRun, error: Error): Welcome {
    live.refusedFor = error
    return { do: 'end' }
  }

  onReady(live: LiveRun): void {
    void this.#owner.post(live, { type: 'ready' })
  }

  onStatus(live: LiveRun, said: Said): void {
    live.said = said
    if (said.status === 'up') void this.#owner.post(live, { type: 'ready' })
  }

  onUnlinked(live: LiveRun, peer: ShimPeer): void {
    if (live.peer !== peer) return
    live.peer = undefined
    if (live.adopted && this.runs.has(live.ref.number)) this.#lookout.watch(live)
  }

  /** Removes records and logs beyond what is kept. */
  async prune(): Promise<void> {
    await this.#records.prune(new Set(this.runs.keys()))
  }

  detach(): void {
    this.#isDetached = true
    this.#lookout.end()
  }

  #newRun(slot: number, effect: Effect): LiveRun {
    const live = new LiveRun({
      ref: effect.run,
      slot,
      version: this.#owner.inForce()?.desired.version ?? 0,
      startedAt: timeText(this.#needs.clock),
    })
    this.runs.set(effect.run.number, live)
    return live
  }

  async #save(live: LiveRun): Promise<void> {
    const slot = this.#owner.slotOf(live.slot)
    if (slot.at === 'up') live.upAt ??= timeText(this.#needs.clock)
    if (slot.at === 'stopping') {
      live.why = slot.why
      live.stopAskedMs ??= this.#needs.clock.nowMs()
    }
    const state = slot.at === 'spawning' || slot.at === 'starting' || slot.at === 'up' ? slot.at : 'stopping'
    if (state !== 'spawning') this.#log(live, state === 'starting' ? 'spawned' : state)
    await this.#records.save(live, state)
  }

  async #spawn(live: LiveRun): Promise<void> {
    try {
      // Without a saved record the next host would not know the process: better no process.
      if (live.saveError) throw live.saveError
      const wanted = await prepareProcess(this.#needs, { name: this.#name, live, config: this.#config() })
      const spare = wanted.mayBeSpare && (await this.#needs.spares.take({ ticket: live.ticket, ...wanted }))
      const spawned = spare || (await this.#spawnInTurn(live, wanted))
      if (spawned) await this.#onSpawned(live, spawned)
    } catch (error) {
      void this.#owner.post(live, {
        type: 'spawn-failed',
        message: (error as Error).message,
        isForRoom: isForRoom(error),
      })
    }
  }

  /** @returns undefined where it is not wanted any more when its turn comes */
  async #spawnInTurn(live: LiveRun, wanted: RunProcess): Promise<Spawned | undefined> {
    const leave = await this.#needs.startGate.enter()
    setTimeout(leave, gateMs).unref()
    try {
      if (this.#owner.isWanted(live) && !this.#isDetached) {
        const spawned = await spawnShim(this.#needs, { ticket: live.ticket, ...wanted })
        live.booted.promise.then(leave)
        return spawned
      }
    } catch (error) {
      leave()
      throw error
    }
    leave()
    if (!this.#isDetached) {
      void this.#owner.post(live, { type: 'exited', end: { code: null, signal: null, reason: 'stopped' } })
    }
    return undefined
  }

  async #onSpawned(live: LiveRun, { identity, exited }: Spawned): Promise<void> {
    exited.then(outcome => this.#onExited(live, outcome))
    await this.#setIdentity(live, identity)
  }

  async #setIdentity(live: LiveRun, identity: Identity): Promise<void> {
    live.identity = identity
    await this.#owner.post(live, { type: 'spawned' })
    live.spawned.resolve()
  }

  async #onExited(live: LiveRun, outcome?: ExitOutcome): Promise<void> {
    if (this.#isDetached) return
    const note = await readExitNote(runPaths(this.#paths, live.ref.number).exit)
    const end = live.refusedFor ? neverBegan(live.refusedFor) : endOf(outcome, note, live.signal)
    await this.#owner.post(live, { type: 'exited', end })
  }

  async #check(live: LiveRun, timeoutMs: number): Promise<void> {
    try {
      // Where there is no link there is no answer; the lifecycle's own deadline counts that.
      const said = await live.peer?.request('check', { timeoutMs }, { timeoutMs: timeoutMs + 1000 })
      if (!said) return
      if (said.text !== undefined || said.status !== 'up') live.said = said
      void this.#owner.post(live, { type: said.status === 'up' ? 'check-passed' : 'check-failed' })
    } catch {
      // No answer in time, or the link went: the deadline of the lifecycle has counted it.
    }
  }

  async #cleanup(live: LiveRun): Promise<void> {
    if (!live.mayHaveCode) return void this.#owner.post(live, { type: 'cleaned' })
    try {
      await live.peer?.request('cleanup', {})
      if (live.peer) void this.#owner.post(live, { type: 'cleaned' })
    } catch {
      // The link went in the middle: its process is gone, or will say hello again and be asked again.
    }
  }

  async #signal(live: LiveRun, signal: NodeJS.Signals): Promise<void> {
    if (!live.identity) return
    live.signal = signal
    const { processes, log } = this.#needs
    try {
      const wasSent = await processes.signalGroup(live.identity, signal)
      // Nobody was there to take it: of an adopted run nobody tells us but by looking.
      if (!wasSent && live.adopted) this.#lookout.watch(live)
      // A stopped process gets SIGTERM only once it goes on.
      if (wasSent && signal === 'SIGTERM') await processes.signalGroup(live.identity, 'SIGCONT')
    } catch (error) {
      // Such as too many open files. The lifecycle's next deadline sends another.
      log.error('run', `${signal} could not be sent`, { ...this.#facts(live), err: error })
    }
  }

  /** Until the end is saved the next host does all of this again; so it is saved last. */
  async #end(live: LiveRun, end: End): Promise<void> {
    live.booted.resolve()
    this.#lookout.forget(live)
    if (!(await this.#sweep(live, end))) return
    await this.#records.foldRaw(live)
    await removeCallSocket(this.#needs.paths, live.ticket)
    await this.#records.saveEnd(live, end)
    this.#log(live, 'ended', { ...end })
    this.runs.delete(live.ref.number)
    void this.prune()
    const tookMs =
      live.stopAskedMs === undefined ? {} : { tookMs: Math.round(this.#needs.clock.nowMs() - live.stopAskedMs) }
    this.#owner.onEnded({ run: runId(this.#name, live.ref.number), ...end, ...tookMs })
  }

  /**
   * Tries until it is done: what cannot be looked at now, with too many files open, would be left over for good.
   * @returns false where it is left to the next host
   */
  async #sweep(live: LiveRun, end: End): Promise<boolean> {
    if (!live.identity || end.reason === 'lost') return true
    for (let tries = 1; !this.#isDetached; tries++) {
      try {
        await this.#needs.processes.sweepGroup(live.identity)
        return true
      } catch (error) {
        const facts = { ...this.#facts(live), err: error }
        if (tries === 1) this.#needs.log.error('run', 'Its process group could not be swept yet', facts)
        await delay(sweepAgainMs)
      }
    }
    return false
  }

  async #identify(live: LiveRun, pid: number): Promise<void> {
    const identity = await this.#needs.processes.identify(pid)
    if (identity) await this.#setIdentity(live, identity)
  }

  #config(): PodConfig {
    const inForce = this.#owner.inForce()
    return inForce ? mergeConfig(inForce.image.config, inForce.desired.config) : {}
  }

  #assignment(live: LiveRun): Assignment {
    const { image, desired } = this.#owner.inForce() as InForce
    return assignmentOf(this.#needs, {
      name: this.#name,
      live,
      image,
      config: this.#config(),
      params: desired.params,
    })
  }

  #facts(live: LiveRun) {
    return { pod: this.#name, run: runId(this.#name, live.ref.number) }
  }

  #log(live: LiveRun, what: string, facts: Record<string, unknown> = {}): void {
    this.#needs.log.info('run', what, {
      ...this.#facts(live),
      ...(live.identity && { pid: live.identity.pid }),
      ...facts,
    })
  }
}

/** The end of a process that was given no code. */
function neverBegan(error: Error): End {
  return { code: null, signal: null, reason: isForRoom(error) ? 'no_room' : 'spawn_failed', message: error.message }
}
