// A machine without processes: what a daemon spawns is an object here that dials its link, says hello and does what the test
// tells it to. Signals reach these objects alone.
import { appendFileSync, writeFileSync } from 'node:fs'
import type { ExitOutcome, Identity, Processes, SpawnOptions } from '../../../daemon/system/process.ts'
import { logTime } from '../../../protocol/cri.ts'
import type { ScriptOrder, ServiceOrder } from '../../../protocol/keeper.ts'
import { linkEnv } from '../../../protocol/link.ts'
import { version } from '../../../protocol/version.ts'
import { Keeper } from './keeper.ts'
import { Service } from './service.ts'
import { Shim } from './shim.ts'

/** Real ones end below: no pid of these is anybody's. */
const firstPid = 2 ** 22 + 1

/** What a script does: its output, and how it ends. */
export type Script = (
  order: ScriptOrder,
) => { output?: string; code: number } | Promise<{ output?: string; code: number }>

export class Machine {
  readonly shims: Shim[] = []
  readonly keepers: Keeper[] = []
  readonly services: Service[] = []
  /** What each shim is to be, before it dials. Without a word it comes up, and ends when it is asked to. */
  onShim: (shim: Shim) => void = () => {}
  onKeeper: (keeper: Keeper) => void = () => {}
  script: Script = () => ({ code: 0 })
  /** Why nothing can be spawned now. */
  refusal: Error | undefined
  #lastPid = firstPid

  readonly processes: Processes = {
    spawn: async options => this.#spawn(options),
    identify: async pid => this.#living(pid)?.identity,
    signalGroup: async ({ pid, startTime }, signal) => {
      const found = this.#living(pid)
      if (!found || found.identity.startTime !== startTime) return false
      found.onSignal(signal)
      return true
    },
    sweepGroup: async () => {},
    signalRest: async () => false,
    hasRest: async () => false,
    offspring: async () => [],
    lifeline: async () => undefined,
    heirs: async () => [],
    signal: async () => false,
    listens: async ({ pid }) =>
      [...this.shims, ...this.services].some(each => each.identity.pid === pid && each.isListening),
    hasAccepted: async () => undefined,
    list: async () => [],
    limit: async () => {},
    ending: () => undefined,
    isStopped: () => false,
  }

  /** The shim of a run, such as `web.1`, once there is one. */
  shimOf(run: string): Shim {
    const found = this.shims.findLast(({ assignment }) => assignment?.run === run)
    if (!found) throw new Error(`${run} has no process`)
    return found
  }

  /** All processes end, as by a power cut, and there are no more; no host hears of it by a signal. */
  endAll(): void {
    this.refusal = new Error('The machine is off')
    for (const each of [...this.shims, ...this.keepers]) each.end(null, 'SIGKILL')
    for (const each of this.services) each.end(null, 'SIGKILL', { isNoted: false })
  }

  #living(pid: number): Shim | Keeper | Service | undefined {
    return [...this.shims, ...this.keepers, ...this.services].find(each => each.identity.pid === pid && !each.hasEnded)
  }

  #spawn({ command, env, stdout, stderr }: Pick<SpawnOptions, 'command' | 'env' | 'stdout' | 'stderr'>): {
    identity: Identity
    exited: Promise<ExitOutcome>
  } {
    if (this.refusal) throw this.refusal
    for (const file of new Set([stdout, stderr])) writeFileSync(file, '')
    const exited = Promise.withResolvers<ExitOutcome>()
    const identity = { pid: this.#lastPid++, startTime: `start of ${this.#lastPid}` }
    const given = {
      identity,
      socket: env[linkEnv.socket] ?? '',
      ticket: env[linkEnv.ticket] ?? '',
      onExit: exited.resolve,
    }
    if (command.some(word => word.includes('keeper'))) {
      const keeper = new Keeper(given, {
        version,
        run: order => this.#run(order),
        serve: order => this.#serve(order),
        begin: order => this.#spawn(order),
        gone: async pid => await this.services.find(each => each.identity.pid === pid)?.gone.promise,
      })
      this.keepers.push(keeper)
      this.onKeeper(keeper)
      keeper.dial()
    } else {
      const shim = new Shim(given, { command, env })
      this.shims.push(shim)
      this.onShim(shim)
      shim.dial()
    }
    return { identity, exited: exited.promise }
  }

  #serve(order: ServiceOrder): Service {
    writeFileSync(order.log.file, '', { flag: 'wx' })
    for (const file of Object.values(order.log.raw)) writeFileSync(file, '')
    const service = new Service({ pid: this.#lastPid++, startTime: `start of ${this.#lastPid}` }, order)
    this.services.push(service)
    return service
  }

  /** Runs a script as a keeper does: its log is made first, and its note is left last. */
  async #run(order: ScriptOrder) {
    writeFileSync(order.log, '', { flag: 'wx' })
    const pid = this.#lastPid++
    const ended = (async () => {
      const { output = '', code } = await this.script(order)
      if (output !== '') appendFileSync(order.log, `${logTime(Date.now())} stdout F ${output}\n`)
      const note = {
        code,
        signal: null,
        endedAt: new Date().toISOString(),
        timedOut: false,
        outputBytes: output === '' ? 0 : Buffer.byteLength(output) + 1,
        cut: false,
      }
      writeFileSync(order.note, JSON.stringify(note))
      return note
    })()
    return { pid, ended }
  }
}
