// Pods with held sockets under attack, one that is always up and one that sleeps, and clients that connect to them all the time.
// Whoever connects is served, whatever becomes of runs, hosts and keepers; only a run that is killed takes along what it has, and
// only a keeper that is killed with the process beside it leaves the sockets of a pod without any run to nobody for a moment.
import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../cli/client/client.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { freePort } from '../../test/free-port.ts'
import type { Report } from './report.ts'
import type { Chance } from './seed.ts'
import type { Told } from './told.ts'

const code = `import http from 'node:http'
export default () => new Promise(resolve => {
  http.createServer((request, response) => response.end(String(process.pid))).listen(process.env.PORT, () => resolve())
})
`
/** Longer than it takes until a host, a keeper and a run are there again, on a machine that is busy. */
const servedMs = 45_000
const settleMs = 60_000
/** A fault may be the cause of what fails up to so long after it. */
const causeMs = 10_000
/** A run may have the sockets that its keeper had, and end so much later, while there is no host to begin another one. */
const keeperCauseMs = 30_000

const never = Number.NEGATIVE_INFINITY

/**
 * `killedMs`: when a run of it was last killed; `fewerMs`: when it last had fewer runs with its sockets, or may have had; `servedMs`:
 * when somebody was last served.
 */
type Held = {
  name: string
  scale: number
  config: Record<string, unknown>
  port: number
  killedMs: number
  fewerMs: number
  servedMs: number
  /** Connections that failed since somebody was last served, beyond the first, which was told of. */
  alsoFailed: number
}

export type Attacked = {
  readonly words: Told
  readonly report: Report
  readonly isHostUp: boolean
  readonly wasDiskFull: boolean
  readonly didCallsFail: boolean
  readonly isQuiet: boolean
  readonly isOver: boolean
  /** When a keeper was last killed or stopped without a process beside it that has its sockets, in the time of `performance.now()`. */
  readonly keeperHarmedMs: number
  connect(isTcp: boolean): Promise<Client>
}

export class Ports {
  #world: Attacked
  #pods: Held[] = [
    {
      name: 'ports-held',
      scale: 2,
      config: {},
      port: 0,
      killedMs: never,
      fewerMs: never,
      servedMs: never,
      alsoFailed: 0,
    },
    {
      name: 'ports-sleeper',
      scale: 1,
      config: { sleep: '200ms' },
      port: 0,
      killedMs: never,
      fewerMs: never,
      servedMs: never,
      alsoFailed: 0,
    },
  ]

  constructor(world: Attacked) {
    this.#world = world
  }

  async open(): Promise<void> {
    const client = await this.#world.connect(false)
    for (const pod of this.#pods) {
      pod.port = await freePort()
      const { name, scale, port } = pod
      await client.call('pod.push', { name, code })
      const config = { listen: `127.0.0.1:${port}`, scale, minUptime: '100ms', retries: 1000, ...pod.config }
      await client.call('pod.start', { name, config })
    }
    client.close()
  }

  /** Clients connect, also while there is no host; while all is quiet, who sleeps is let sleep. */
  async run(chance: Chance): Promise<void> {
    const [held, sleeper] = this.#pods as [Held, Held]
    await Promise.all([
      this.#ask(held, () => chance.between(0, 30)),
      this.#ask(sleeper, () => chance.pick([0, 50, 190, 200, 210, 300, 1500])),
      this.#attack(chance.fork()),
    ])
  }

  async atQuietPoint(): Promise<void> {
    for (const pod of this.#pods) {
      const status = await this.#settled(pod)
      if (!isWell(pod, status))
        this.#world.report.violated(`ports: ${pod.name} does not settle: ${JSON.stringify(status)}`)
    }
  }

  async #ask(pod: Held, pauseMs: () => number): Promise<void> {
    const { report } = this.#world
    while (!this.#world.isOver) {
      if (this.#world.isQuiet && isSleeper(pod)) {
        await delay(50)
        continue
      }
      const startedMs = performance.now()
      const failed = await answered(pod.port)
      if (failed === undefined) {
        report.count('connections', `${pod.name} served`)
        pod.servedMs = performance.now()
        pod.alsoFailed = 0
      } else this.#onFailed(pod, { failed, startedMs })
      await delay(pauseMs())
    }
  }

  #onFailed(pod: Held, { failed, startedMs }: { failed: string; startedMs: number }): void {
    const { report, keeperHarmedMs, wasDiskFull, didCallsFail } = this.#world
    const isRefused = failed === 'ECONNREFUSED'
    // A run that is killed takes along what it has, and refuses nobody, unless nobody else had the sockets just then: a keeper was
    // harmed, and the process beside it, and there was no run, or fewer than ever.
    const sinceMs = Math.min(startedMs - keeperCauseMs, pod.servedMs)
    // On a busy machine a keeper may be slower than its host waits: that has opened the same port anew by then.
    const wasSlow = !isRefused && this.#world.words.has([`"${pod.name}"`, 'lets go of them'], startedMs)
    const cause =
      keeperHarmedMs > sinceMs && (isSleeper(pod) || pod.fewerMs > sinceMs)
        ? 'after its keeper was killed'
        : !isRefused && pod.killedMs > startedMs - causeMs
          ? 'in a run that was killed'
          : wasSlow
            ? 'at a keeper that was too slow'
            : wasDiskFull || didCallsFail
              ? 'while calls to the system failed'
              : undefined
    if (cause !== undefined) {
      report.count('connections', `${pod.name} ${failed} ${cause}`)
      return
    }
    report.count('connections', `${pod.name} ${failed}`)
    if (++pod.alsoFailed > 1) return
    const tookMs = Math.round(performance.now() - startedMs)
    report.violated(
      `ports: a connection to ${pod.name} ended with ${failed} after ${tookMs} ms;\n  ${this.#toldOf(pod)}`,
    )
  }

  /** What the host said of it, for whoever looks into a broken promise. */
  #toldOf({ name }: Held): string {
    return this.#world.words.last([`"${name}"`, 'keeper', 'unknown ticket', '"tag":"host"'], 60)
  }

  /** Kills a run now and then, puts the pods to sleep, wakes, reloads and restarts them. */
  async #attack(chance: Chance): Promise<void> {
    while (!this.#world.isOver) {
      await delay(chance.between(300, 3000))
      if (this.#world.isQuiet || !this.#world.isHostUp) continue
      const pod = chance.pick(this.#pods)
      const verb = chance.pick(['kill', 'kill', 'pod.sleep', 'pod.wake', 'pod.reload'] as const)
      await (verb === 'kill' ? this.#kill(pod, chance) : this.#do(pod, verb)).catch(() => {})
      this.#world.report.count('ports', verb)
    }
  }

  async #kill(pod: Held, chance: Chance): Promise<void> {
    const pids = (await this.#status(pod)).runs.flatMap(({ pid }) => pid ?? [])
    if (pids.length === 0) return
    pod.killedMs = performance.now()
    pod.fewerMs = pod.killedMs
    process.kill(chance.pick(pids), 'SIGKILL')
  }

  async #do(pod: Held, verb: 'pod.sleep' | 'pod.wake' | 'pod.reload'): Promise<void> {
    const { name } = pod
    if (verb !== 'pod.wake') pod.fewerMs = performance.now()
    const client = await this.#world.connect(false)
    await client.call(verb, { name, wait: false }).finally(() => client.close())
  }

  async #settled(pod: Held): Promise<PodStatus> {
    const untilMs = performance.now() + settleMs
    for (;;) {
      const status = await this.#status(pod)
      if (isWell(pod, status) || performance.now() > untilMs) return status
      await delay(20)
    }
  }

  async #status({ name }: Held): Promise<PodStatus> {
    const client = await this.#world.connect(false)
    return await client.call('pod.status', { name }).finally(() => client.close())
  }
}

function isSleeper({ config }: Held): boolean {
  return config.sleep !== undefined
}

/** Whether it has the runs that are wanted; while all is quiet, one that may sleep does. */
function isWell(pod: Held, { status, up, asleepSince, runs, text }: PodStatus): boolean {
  if (isSleeper(pod)) return asleepSince !== undefined && status === 'idle' && runs.length === 0
  return status === 'up' && up === pod.scale && runs.length === pod.scale && !text.includes('reload')
}

/** Undefined if it was; otherwise what the connection failed with. */
async function answered(port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const request = http.get({ port, host: '127.0.0.1', agent: false, timeout: servedMs }, response => {
    response
      .resume()
      .once('end', () => resolve(undefined))
      .once('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.message))
  })
  request.once('timeout', () => request.destroy(new Error('no answer')))
  request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  return await promise
}
