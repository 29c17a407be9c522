// A worker and its queue under attack: items are enqueued all the time, also while there is no host and while the disk is full. Each that
// was acknowledged ends as done, once; where in between it was begun again is not looked at here (items.ts).
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../cli/client/client.ts'
import type { Report } from './report.ts'
import type { Chance } from './seed.ts'
import type { Told } from './told.ts'

const worker = 'work'
const queue = 'queue'
const lanes = 2
/** Longer than it takes until the queue, the worker and their host are there again, on a machine that is busy. */
const settleMs = 90_000
const windowMs = 86_400_000
const code = `export const config = { kind: 'worker', min: 1, max: 2, concurrency: 4, minUptime: '100ms', retries: 1000, itemRetries: 1000000, itemBackoff: '10ms' }
export default () => {}
export const work = async ms => await new Promise(resolve => setTimeout(resolve, ms))
`
/** None is forgotten as long as the attack lasts. */
const kept = { keepDoneItems: '1000000', keepDone: '48h' }

type Attacked = {
  readonly words: Told
  readonly report: Report
  readonly isHostUp: boolean
  readonly isQuiet: boolean
  readonly isOver: boolean
  connect(isTcp: boolean): Promise<Client>
}

export class Work {
  #world: Attacked
  /** How many items were acknowledged. */
  #added = 0
  /** How many are being enqueued: each is, until it was acknowledged. */
  #adding = 0
  /** Why one was refused last. */
  #refused = ''

  constructor(world: Attacked) {
    this.#world = world
  }

  async open(): Promise<void> {
    const client = await this.#world.connect(false)
    await client.call('pod.push', { name: worker, code })
    await client.call('pod.start', { name: worker })
    await client.call('pod.stop', { name: queue })
    await client.call('pod.start', { name: queue, params: kept, config: { minUptime: '100ms', retries: 1000 } })
    client.close()
  }

  async run(chance: Chance): Promise<void> {
    const adding = Array.from({ length: lanes }, (_, lane) => this.#add(lane, chance.fork()))
    await Promise.all([...adding, this.#attack(chance.fork())])
  }

  async atQuietPoint(): Promise<void> {
    const untilMs = performance.now() + settleMs
    let counts: Record<string, number> = {}
    while (performance.now() < untilMs) {
      counts = await this.#counts().catch(() => ({}))
      if (this.#adding === 0 && counts.done === this.#added && sumOf(counts) === this.#added) break
      await delay(100)
    }
    this.#world.report.count('items', 'done', this.#added - this.#world.report.total('items'))
    if (this.#adding > 0 || counts.done !== this.#added || sumOf(counts) !== this.#added)
      this.#world.report.violated(
        `work: ${this.#added} items were acknowledged, ${this.#adding} are being enqueued (${this.#refused}), and there are ${JSON.stringify(counts)};\n  ${this.#world.words.last([`"${queue}"`, `"${worker}"`, '"tag":"host"', '"tag":"bug"'], 60)}`,
      )
  }

  /** Whoever gets no answer asks again, by the same id. */
  async #add(lane: number, chance: Chance): Promise<void> {
    for (let number = 0; !this.#world.isOver; number++) {
      await delay(chance.between(10, 100))
      if (this.#world.isQuiet) continue
      this.#adding++
      const item = { fn: 'work', args: [chance.between(0, 60)], id: `${lane}-${number}`, windowMs }
      while (!(await this.#isAdded(item)) && !this.#world.isOver) await delay(100)
      this.#added++
      this.#adding--
    }
  }

  async #isAdded(item: object): Promise<boolean> {
    let client: Client | undefined
    try {
      client = await this.#world.connect(false)
      await client.call('queue.add', { name: worker, ...item } as never)
      return true
    } catch (error) {
      this.#refused = (error as Error).message
      return false
    } finally {
      client?.close()
    }
  }

  /** Kills a run of the worker or of the queue now and then. */
  async #attack(chance: Chance): Promise<void> {
    while (!this.#world.isOver) {
      await delay(chance.between(1000, 5000))
      if (this.#world.isQuiet || !this.#world.isHostUp) continue
      const name = chance.pick([worker, queue])
      if (await this.#kill(name, chance).catch(() => false)) this.#world.report.count('work', `kill ${name}`)
    }
  }

  async #kill(name: string, chance: Chance): Promise<boolean> {
    const client = await this.#world.connect(false)
    const { runs } = await client.call('pod.status', { name }).finally(() => client.close())
    const pids = runs.flatMap(({ pid }) => pid ?? [])
    return pids.length > 0 && process.kill(chance.pick(pids), 'SIGKILL')
  }

  async #counts(): Promise<Record<string, number>> {
    const client = await this.#world.connect(false)
    const { queues } = await client.call('queue.list', { name: worker }).finally(() => client.close())
    return { ...(queues[0]?.counts as Record<string, number> | undefined) }
  }
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
