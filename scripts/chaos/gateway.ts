// A gateway under attack, and a pod behind it that is up in two slots: clients send requests through it all the time, also while there
// is no host. Each is answered by the pod: only a process that is killed takes along what it has, and only a keeper that is killed
// with the process beside it leaves a socket to nobody for a moment.
import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { PodStatus } from '../../protocol/words.ts'
import { freePort } from '../../test/free-port.ts'
import type { Attacked } from './ports.ts'
import type { Chance } from './seed.ts'

/** The pods: what others are told to leave alone. */
const gateway = 'gateway'
const behind = 'behind'
const route = 'behind.test'
const scale = 2
const code = `import http from 'node:http'
export default () => new Promise(resolve => {
  http.createServer((request, response) => setTimeout(() => response.end('pod'), 20)).listen(process.env.PORT, () => resolve())
})
`
const lanes = 3
/** Longer than it takes until a host, a keeper, the gateway and a run are there again, on a machine that is busy. */
const servedMs = 60_000
const settleMs = 60_000
/** A fault may be the cause of what fails up to so long after it. */
const causeMs = 10_000
/** A run may have the sockets that its keeper had, and end so much later, while there is no host to begin another one. */
const keeperCauseMs = 30_000

type AttackedWithGateway = Attacked & { readonly host: { ok(...args: string[]): Promise<unknown> } }

export class Gateway {
  #world: AttackedWithGateway
  #port = 0
  #killedMs = Number.NEGATIVE_INFINITY
  /** When somebody was served last, in the time of `performance.now()`. */
  #servedMs = 0

  constructor(world: AttackedWithGateway) {
    this.#world = world
  }

  async open(): Promise<void> {
    const { host } = this.#world
    this.#port = await freePort()
    await host.ok('push', 'local', gateway, 'p8a:gateway')
    const client = await this.#world.connect(false)
    const patient = { minUptime: '100ms', retries: 1000 }
    await client.call('pod.start', { name: gateway, config: { listen: `127.0.0.1:${this.#port}`, ...patient } })
    await client.call('pod.push', { name: behind, code })
    await client.call('pod.start', { name: behind, config: { listen: 'unix', route: [route], scale, ...patient } })
    client.close()
    while ((await asked(this.#port)) !== undefined) await delay(50)
  }

  async run(chance: Chance): Promise<void> {
    const asking = Array.from({ length: lanes }, () => this.#ask(chance.fork()))
    await Promise.all([...asking, this.#attack(chance.fork())])
  }

  async atQuietPoint(): Promise<void> {
    const untilMs = performance.now() + settleMs
    for (const [name, runs] of [
      [gateway, 1],
      [behind, scale],
    ] as const) {
      let status = await this.#status(name)
      while (!isWell(status, runs) && performance.now() < untilMs) {
        await delay(50)
        status = await this.#status(name)
      }
      if (!isWell(status, runs))
        this.#world.report.violated(`gateway: ${name} does not settle: ${JSON.stringify(status)}`)
    }
    const failed = await asked(this.#port)
    if (failed !== undefined) this.#world.report.violated(`gateway: nobody is served at a quiet point: ${failed}`)
  }

  async #ask(chance: Chance): Promise<void> {
    const { report } = this.#world
    while (!this.#world.isOver) {
      const startedMs = performance.now()
      const failed = await asked(this.#port)
      if (failed === undefined) {
        report.count('requests', 'served')
        this.#servedMs = performance.now()
      } else this.#onFailed(failed, startedMs)
      await delay(chance.between(0, 40))
    }
  }

  #onFailed(failed: string, startedMs: number): void {
    const { report, keeperHarmedMs, wasDiskFull, didCallsFail } = this.#world
    const cause =
      this.#killedMs > Math.min(startedMs - causeMs, this.#servedMs)
        ? 'in a process that was killed'
        : keeperHarmedMs > Math.min(startedMs - keeperCauseMs, this.#servedMs)
          ? 'after a keeper was killed'
          : wasDiskFull || didCallsFail
            ? 'while calls to the system failed'
            : undefined
    report.count('requests', cause === undefined ? failed : `${failed} ${cause}`)
    if (cause !== undefined) return
    const tookMs = Math.round(performance.now() - startedMs)
    const told = this.#world.words.last([`"${gateway}"`, `"${behind}"`, 'keeper', '"tag":"host"'], 60)
    report.violated(`gateway: a request ended with ${failed} after ${tookMs} ms;\n  ${told}`)
  }

  /** Kills a run of either now and then, and reloads both. */
  async #attack(chance: Chance): Promise<void> {
    while (!this.#world.isOver) {
      await delay(chance.between(1000, 5000))
      if (this.#world.isQuiet || !this.#world.isHostUp) continue
      const name = chance.pick([gateway, behind, behind])
      const verb = chance.pick(['kill', 'kill', 'pod.reload'] as const)
      await (verb === 'kill' ? this.#kill(name, chance) : this.#reload(name)).catch(() => {})
      this.#world.report.count('gateway', `${verb} ${name}`)
    }
  }

  async #kill(name: string, chance: Chance): Promise<void> {
    const pids = (await this.#status(name)).runs.flatMap(({ pid }) => pid ?? [])
    if (pids.length === 0) return
    this.#killedMs = performance.now()
    process.kill(chance.pick(pids), 'SIGKILL')
  }

  async #reload(name: string): Promise<void> {
    const client = await this.#world.connect(false)
    await client.call('pod.reload', { name, wait: false }).finally(() => client.close())
  }

  async #status(name: string): Promise<PodStatus> {
    const client = await this.#world.connect(false)
    return await client.call('pod.status', { name }).finally(() => client.close())
  }
}

function isWell({ status, up, runs, text }: PodStatus, wanted: number): boolean {
  return status === 'up' && up === wanted && runs.length === wanted && !text.includes('reload')
}

/** Undefined if the pod has answered; otherwise what came in its place. */
async function asked(port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const options = { port, host: '127.0.0.1', headers: { host: route }, agent: false, timeout: servedMs } as const
  const request = http.get(options, response => {
    const { statusCode, headers } = response
    response
      .resume()
      .once('end', () => resolve(statusCode === 200 ? undefined : `${statusCode} ${headers['x-p8a-error']}`))
      .once('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.message))
  })
  request.once('timeout', () => request.destroy(new Error('no answer')))
  request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  return await promise
}
