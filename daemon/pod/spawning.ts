// Makes the process of a run: a spare that waits, or a process that boots in its turn, so that only a limited number
// boots at once. The outcome is an event.
import type { PodConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Port } from '../../protocol/listen.ts'
import { joinPath } from '../../protocol/names.ts'
import type { Bounds } from '../bounds/bounds.ts'
import type { SlotEvent } from '../lifecycle/slot.ts'
import type { Ports } from '../port/ports.ts'
import type { Spares } from '../spare/spares.ts'
import type { Gate } from '../system/gate.ts'
import type { Spawned } from '../system/process.ts'
import { isForRoom } from '../system/room.ts'
import type { Seams } from '../system/seams.ts'
import { type ShimProcess, shimCommand, spawnShim } from '../system/shims.ts'
import { prepareProcess } from './environment.ts'
import type { InForce } from './in-force.ts'
import { withEnvFiles } from './kept-env.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { LiveRun } from './live-run.ts'
import { serviceOrder } from './service-order.ts'

/** How long a boot may keep its place in the start gate. */
const gateMs = 5000

/** What is needed to make a process. `path`: that of the host. */
export type SpawningNeeds = Seams & {
  path: string
  /** Lets only so many processes boot at once. */
  startGate: Gate
  /** Processes that wait for a run. */
  spares: Pick<Spares, 'take' | 'onLoaded'>
  /** The sockets of pods, and the processes that wait for a run that has some. */
  ports: Pick<
    Ports,
    | 'hold'
    | 'beginRun'
    | 'of'
    | 'statusOf'
    | 'recover'
    | 'release'
    | 'watch'
    | 'unwatch'
    | 'turnAway'
    | 'kept'
    | 'cover'
  >
  portSpares: Pick<Spares, 'take' | 'onLoaded'>
  /** Says whether there is room for what it writes. */
  bounds: Pick<Bounds, 'checkRoom'>
}

export type SpawningOwner = {
  name: string
  /** With what a run of this spec is begun. */
  inForce(spec: string): InForce | undefined
  /** Those whose process is a child of a keeper that is told all of it. */
  kept: Pick<KeptRuns, 'has' | 'begin'>
  /** Resolves once the effects of the event have been performed. */
  post(live: LiveRun, event: SlotEvent): Promise<void>
}

/** What is done in a place of the start gate; `leave` gives the place back, if it has not been given back yet. */
type Turn = { begin: () => Promise<void>; leave: () => void; isTaken: boolean }

export class Spawning {
  #needs: SpawningNeeds
  #owner: SpawningOwner
  #turns = new Map<LiveRun, Turn>()

  constructor(needs: SpawningNeeds, owner: SpawningOwner) {
    this.#needs = needs
    this.#owner = owner
  }

  /** Posts `spawned` if there is a spare for it, and `turn` when it may boot. */
  async spawn(live: LiveRun): Promise<void> {
    await this.#orTell(live, async () => {
      const { limits } = this.#owner.inForce(live.ref.spec)?.config ?? {}
      await this.#needs.bounds.checkRoom(this.#needs.paths.pod(this.#owner.name).storage, limits)
      if (this.#owner.kept.has(live)) return await this.#spawnKept(live)
      const { name } = this.#owner
      const { config = {}, image, desired } = this.#owner.inForce(live.ref.spec) ?? {}
      const params = desired?.params ?? {}
      const given = image && (await withEnvFiles(this.#needs.paths, { name, image, config }))
      const ports = config.listen && (await this.#holdPorts(config))
      const of = { name, live, image, params, config: given?.config ?? config, ports }
      const wanted = { ticket: live.ticket, ...(await prepareProcess(this.#needs, of)) }
      const { spares, portSpares } = this.#needs
      const spare = wanted.mayBeSpare && (await (ports ? portSpares : spares).take({ ...wanted, ports: this.#key }))
      if (spare) await this.#onSpawned(live, spare)
      else
        await this.#takeTurn(live, async () => {
          await this.#onSpawned(live, await (ports ? this.#spawnWithPorts(wanted) : spawnShim(this.#needs, wanted)))
        })
    })
  }

  get #key(): string {
    return joinPath(this.#needs.path, this.#owner.name)
  }

  /** @throws {P8aError} `port_taken`, `start_failed` */
  async #holdPorts({ listen = {}, user }: PodConfig): Promise<readonly Port[]> {
    const owner = { key: this.#key, pod: this.#needs.paths.pod(this.#owner.name), user }
    return await this.#needs.ports.hold(owner, listen)
  }

  async #spawnWithPorts(wanted: ShimProcess & { ticket: string }): Promise<Spawned> {
    const { cwd, raw, stdin } = wanted
    return await this.#needs.ports.beginRun(this.#key, { ...shimCommand(this.#needs, wanted), cwd, ...raw, stdin })
  }

  /** Spawns what was prepared, in its turn. */
  async boot(live: LiveRun): Promise<void> {
    const turn = this.#turns.get(live)
    if (!turn) return
    turn.isTaken = true
    await this.#orTell(live, async () => {
      const { descriptors, startGate } = this.#needs
      await descriptors.checkRoomForRun(startGate.inside - 1)
      await turn.begin()
    })
  }

  /** Its process has booted, or is over: others may boot. */
  onBooted(live: LiveRun): void {
    this.#turns.get(live)?.leave()
  }

  /** It is up, or is not going to be. */
  onLoaded({ ticket }: LiveRun): void {
    this.#needs.spares.onLoaded(ticket)
    this.#needs.portSpares.onLoaded(ticket)
  }

  async #spawnKept(live: LiveRun): Promise<void> {
    const { name, kept } = this.#owner
    // What is in force was there when its record was made, and does not go away.
    const { image, config, desired, scale } = this.#owner.inForce(live.ref.spec) as InForce
    const ports = config.listen && (await this.#holdPorts(config))
    const { params, args } = desired
    const run = await withEnvFiles(this.#needs.paths, { name, live, image, config, params, args, ports, scale })
    const order = { ...(await serviceOrder(this.#needs, run)), ...(ports && { ports: this.#key }) }
    await this.#takeTurn(live, async () => {
      await kept.begin(live, order).finally(() => this.onBooted(live))
    })
  }

  async #takeTurn(live: LiveRun, begin: () => Promise<void>): Promise<void> {
    const leaveGate = await this.#needs.startGate.enter()
    const leave = () => {
      clearTimeout(late)
      this.#turns.delete(live)
      leaveGate()
    }
    // Its turn stays: whoever is to take it may be busy for longer, or this host may have been frozen.
    const late = setTimeout(leaveGate, gateMs).unref()
    const turn: Turn = { begin, leave, isTaken: false }
    this.#turns.set(live, turn)
    await this.#owner.post(live, { type: 'turn' })
    if (!turn.isTaken) leave()
  }

  async #onSpawned(live: LiveRun, spawned: Spawned): Promise<void> {
    live.process.become(spawned)
    await this.#owner.post(live, { type: 'spawned' })
    live.process.introduce()
  }

  async #orTell(live: LiveRun, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.onBooted(live)
      const message = this.#needs.descriptors.inWords(error as Error)
      // Nobody knows for how long its port is taken, or when somebody installs its interpreter: told at once, and tried again slowly.
      const outlook = isOfMachine(error) && ({ outlook: 'slow' } as const)
      void this.#owner.post(live, { type: 'spawn-failed', message, isForRoom: isForRoom(error), ...outlook })
    }
  }
}

/** What its machine has to have, or to leave free, as an error names it. */
const machineFacts = ['port', 'interpreter', 'cwd', 'user']

/** Whether it has no process since the machine is not as it needs it. */
function isOfMachine(error: unknown): boolean {
  return error instanceof P8aError && machineFacts.some(fact => fact in error.facts)
}
