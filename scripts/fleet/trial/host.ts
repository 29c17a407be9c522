// A host of a trial: a whole p8a at its place in the network, with a fleet pod. It can be killed, frozen, lose its power, and get another time.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asItIs, type Result, TestHost } from '../../../test/e2e/harness.ts'
import { podProgram } from '../../../test/paths.ts'
import { isAlive, processesOf } from '../../../test/processes.ts'
import { until } from '../../../test/until.ts'
import type { Network } from './places.ts'

export type FleetStatus = {
  isUp: boolean
  problem: string
  hosts: { name: string; status: string; pods: number; runs: number }[]
}

const clock = fileURLToPath(new URL('../pods/clock.cjs', import.meta.url))
const lag = fileURLToPath(new URL('../pods/lag.cjs', import.meta.url))

export class FleetHost extends TestHost {
  readonly name: string
  /** The `pod` command that it is driven by, and begun with. */
  program = podProgram
  #network: Network
  #frozen: number[] = []

  constructor(name: string, network: Network, settings: object = asItIs) {
    super(settings)
    this.name = name
    this.#network = network
  }

  /** Runs the `pod` command at this host's place. */
  override async pod(...args: string[]): Promise<Result> {
    const [program = '', ...more] = [...this.#network.at(this.name), process.execPath, '--', this.program, ...args]
    return await this.run(program, more)
  }

  /** Its fleet pod is started. @param params of the fleet pod: `beat`, `fence`, `dead` */
  async open(params: Record<string, string>): Promise<void> {
    await this.up()
    this.setClock(0)
    await this.ok('push', 'local', 'fleet', 'p8a:fleet')
    const env = {
      NODE_OPTIONS: `--require=${clock} --require=${lag}`,
      P8A_TRIAL_CLOCK: this.#clockFile,
      P8A_TRIAL_LAG: this.#lagFile,
    }
    await this.ask('pod.start', { name: 'fleet', params, config: { env } })
  }

  /** This version takes the place of the one that it was begun with, and then its fleet pod that of the other one. */
  async upgrade(): Promise<void> {
    this.program = podProgram
    await this.ok('host', 'upgrade')
    this.pid = (await this.ask('host.info', {})).pid
    await this.ok('push', 'local', 'fleet', 'p8a:fleet')
    await this.ok('reload', 'local', 'fleet')
  }

  async fleet(): Promise<FleetStatus> {
    return await this.json<FleetStatus>('fleet', 'status')
  }

  /** From now on the clock of its fleet pod is so far off. */
  setClock(offsetMs: number): void {
    writeFileSync(this.#clockFile, String(offsetMs))
  }

  /** For how long its fleet pod has blocked its event loop by itself since this was asked last, at most, in ms. */
  takeLag(): number {
    const text = existsSync(this.#lagFile) ? readFileSync(this.#lagFile, 'utf8') : ''
    rmSync(this.#lagFile, { force: true })
    return Math.max(0, ...text.split('\n').map(Number))
  }

  async fleetPid(): Promise<number> {
    const { runs } = await this.status('fleet')
    return runs[0]?.pid ?? 0
  }

  async killFleetPod(): Promise<void> {
    killAll([await this.fleetPid()])
  }

  /** All that is this host's is gone at once, with its pods, and nobody is told by the network. */
  async powerOff(): Promise<void> {
    await this.#network.unplug(this.name)
    await until(() => {
      const pids = this.pids()
      killAll(pids)
      return pids.length === 0
    }, `host ${this.name} is off`)
  }

  /** Host, fleet pod and keepers are killed at once; runs of these pods live on by themselves. */
  async killAllBut(pods: readonly string[]): Promise<void> {
    const kept = new Set<number>()
    for (const name of pods) {
      const status = await this.ask('pod.status', { name, path: `fleet.${this.name}` }).catch(() => undefined)
      for (const { pid } of status?.runs ?? []) if (pid) kept.add(pid)
    }
    killAll(this.pids().filter(pid => !kept.has(pid)))
    await until(() => !this.isUp, `host ${this.name} is gone`)
  }

  /** All that is this host's stands still, with its pods. */
  freeze(): void {
    // Twice: what was begun while the first were stopped is stopped too.
    for (let time = 0; time < 2; time++) this.freezeOnly(this.pids())
  }

  freezeOnly(pids: readonly number[]): void {
    this.#frozen = [...new Set([...this.#frozen, ...pids])]
    signalAll(pids, 'SIGSTOP')
  }

  thaw(): void {
    signalAll(this.#frozen, 'SIGCONT')
    this.#frozen = []
  }

  /** The processes of host, fleet pod, keepers and pods. */
  pids(): number[] {
    return processesOf(this.data).map(({ pid }) => pid)
  }

  get isUp(): boolean {
    return isAlive(this.pid)
  }

  get #lagFile(): string {
    return join(this.dir, 'lag')
  }

  get #clockFile(): string {
    return join(this.dir, 'clock')
  }
}

const killAll = (pids: readonly number[]): void => signalAll(pids, 'SIGKILL')

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      if (pid > 0) process.kill(pid, signal)
    } catch {
      // It has ended meanwhile.
    }
  }
}
