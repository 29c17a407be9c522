// What clients, monkey and checks share: the host under attack, its pods, and who is busy with which.
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { execaSync } from 'execa'
import { connect } from '../../cli/client/client.ts'
import { asItIs, TestHost } from '../../test/e2e/harness.ts'
import { isAlive } from '../../test/processes.ts'
import { Calls } from './calls.ts'
import { readIfThere } from './files.ts'
import { Gateway } from './gateway.ts'
import { Hooks } from './hooks.ts'
import { Images } from './images.ts'
import type { LogHarm } from './lines.ts'
import { PodModel } from './model.ts'
import { Ports } from './ports.ts'
import { ours } from './processes.ts'
import type { Report } from './report.ts'
import { Scripts } from './scripts.ts'
import type { Order } from './seam/orders.ts'
import { seamEnv, tellSeam } from './seam/seam.ts'
import type { Chance } from './seed.ts'
import { Services } from './services.ts'
import { type Sort, sorts } from './sorts.ts'
import { Told } from './told.ts'
import { Work } from './work.ts'

/** So small that rotation has its part in it. */
const logFileBytes = 1024 * 1024
/** Longer than any pod takes to stop. */
const stopMs = 60_000
/** How often it is looked whether a keeper is left once all was stopped. */
const leftLooks = 30
/** A machine that runs other things too may let nobody have a turn for a while. */
const patience = { upgradePatience: '5s', upgradeTimeout: '1m' }
/** A receiver that is back is asked soon, and none is dead for so long that an event would be given up. */
const hookSettings = { hookTimeout: '1s', hookMaxDelay: '1s', hookAttempts: 1000 }
/** What there is to fill, which takes as long as all of it is large: little will do for an attack that is over soon. */
const diskBytes = { short: 64 * 1024 * 1024, long: 768 * 1024 * 1024 }

export type ChaosPod = {
  name: string
  sort: Sort
  model: PodModel
  /** How many codes were made for it. */
  codes: number
  lastCode: string
  isBusy: boolean
  /** Whether it may have been removed since the last quiet point. */
  wasRemoved: boolean
  /** What was done to it last, for whoever looks into a broken promise. */
  history: string[]
  /** The run of slot 0 and its restarts as they were at the last quiet point; undefined once anything but a death may have changed them. */
  baseline: { number: number; restarts: number } | undefined
  /** The numbers of runs whose records were garbled. */
  harmedRecords: Set<number>
  /** The numbers of the runs of slot 0 that the monkey has killed since. */
  killed: Set<number>
}

export class World {
  readonly host = new TestHost(asItIs)
  readonly told = join(this.host.dir, 'told')
  readonly balloon = join(this.host.data, 'balloon')
  readonly seam = join(this.host.dir, 'seam.sock')
  /** What it has said, and what was done to it. */
  readonly words = new Told(join(this.host.data, 'logs/host.log'))
  readonly report: Report
  readonly chance: Chance
  readonly pods: ChaosPod[]
  readonly scripts = new Scripts(this)
  readonly services = new Services(this)
  readonly ports = new Ports(this)
  readonly calls = new Calls(this)
  /** What takes longer to begin than the short form of an attack lasts. */
  readonly longer: readonly (Gateway | Work)[]
  readonly images = new Images(this)
  readonly hooks = new Hooks(this)
  /** Whether the data directory is a small disk of its own, which can be filled. */
  hasOwnDisk = false
  isHostUp = false
  /** Whether the disk was full since the last quiet point: lines may be lost, if the log says how many. */
  wasDiskFull = false
  wasEverFull = false
  /** Whether calls to the system were made to fail since the last quiet point. */
  didCallsFail = false
  isDiskFull = false
  /** When a keeper was last killed or stopped without a process beside it that has its sockets, in the time of `performance.now()`. */
  keeperHarmedMs = Number.NEGATIVE_INFINITY
  readonly onBare = () => {
    this.keeperHarmedMs = performance.now()
  }
  /** How many faults are under way. */
  busy = 0
  isOver = false
  /** Logs of runs that were removed or cut, by run. */
  readonly logHarms = new Map<string, LogHarm>()
  /** Nobody begins anything. */
  isQuiet = false

  readonly #diskBytes: number

  constructor({ report, chance, count, isShort }: { report: Report; chance: Chance; count: number; isShort: boolean }) {
    this.#diskBytes = isShort ? diskBytes.short : diskBytes.long
    this.longer = isShort ? [] : [new Gateway(this), new Work(this)]
    this.report = report
    this.chance = chance
    const kinds = Object.entries(sorts)
    this.pods = Array.from({ length: count }, (_, index) => {
      const [kind, sort] = kinds[index % kinds.length] as [string, Sort]
      const name = `${kind}-${Math.floor(index / kinds.length)}`
      return {
        name,
        sort,
        model: new PodModel(),
        codes: 0,
        lastCode: '',
        isBusy: false,
        wasRemoved: false,
        history: [],
        baseline: undefined,
        harmedRecords: new Set(),
        killed: new Set(),
      }
    })
  }

  async open(): Promise<void> {
    mkdirSync(this.told)
    mkdirSync(this.host.data, { mode: 0o700 })
    this.hasOwnDisk = mountDisk(this.host.data, this.#diskBytes)
    const settings = { logFileBytes, adoptTimeout: '2s', ...patience, ...hookSettings }
    const file = join(this.host.data, 'host.json')
    writeFileSync(file, JSON.stringify({ v: 1, id: randomUUID(), settings }), { mode: 0o600 })
    await this.startHost()
    await this.scripts.open()
    await this.services.open()
    await this.ports.open()
    await this.calls.open()
    for (const part of this.longer) await part.open()
    await this.images.open()
    await this.hooks.open()
  }

  /** @param files how many it may have open at once; what the system allows by default */
  async startHost(files?: number): Promise<void> {
    for (;;) {
      try {
        await this.host.upWith(seamEnv(this.seam), files)
        this.isHostUp = true
        return
      } catch (error) {
        const running = /"pid":(\d+).*"code":"host_(?:running|silent)"/.exec(String(error))?.[1]
        // On a full disk it may refuse to start, or start without its socket, and on no other.
        if (!this.isDiskFull && !(running && this.wasDiskFull)) throw error
        this.report.count('starts refused', 'on a full disk')
        if (running) {
          this.host.pid = Number(running)
          this.isHostUp = true
          return
        }
        await delay(200)
      }
    }
  }

  async killHost(): Promise<void> {
    if (!isAlive(this.host.pid)) return await this.#mindHost()
    this.isHostUp = false
    await this.host.killHost()
  }

  /** Has the daemon obey the seam; where it is gone already, nothing is lost. */
  async order(order: Order): Promise<void> {
    await tellSeam(this.seam, order).catch(() => {})
  }

  /** Waits until all that was begun is over, and lets nobody begin anything until {@link goOn}. */
  async quiet(): Promise<void> {
    this.isQuiet = true
    while (this.busy > 0 || this.scripts.isBusy || this.images.isBusy || this.pods.some(pod => pod.isBusy))
      await delay(20)
    await this.order({ do: 'off' })
    await this.#mindHost()
  }

  /** A host that ended and that nobody killed has a bug; another one is started, and the attack goes on. */
  async #mindHost(): Promise<void> {
    if (isAlive(this.host.pid)) return
    const log = (readIfThere(join(this.host.data, 'logs/host.log')) ?? '').trimEnd().split('\n')
    const bug = log.findLast(line => line.includes('"tag":"bug"')) ?? log.slice(-3).join('\n')
    this.report.violated(`the host ended by itself: ${bug}`)
    await this.startHost()
  }

  goOn(): void {
    this.isQuiet = false
  }

  /** A new connection, by the socket or by TCP. */
  async connect(isTcp: boolean) {
    if (!isTcp) return await this.host.client()
    return await connect(`127.0.0.1:${this.host.port}`, { token: this.host.token })
  }

  /** A pod that nobody is busy with, now the caller's; undefined where all are busy. */
  take(chance: Chance, isFit: (pod: ChaosPod) => boolean = () => true): ChaosPod | undefined {
    const free = this.pods.filter(pod => !pod.isBusy && isFit(pod))
    if (free.length === 0 || this.isQuiet) return undefined
    const pod = chance.pick(free)
    pod.isBusy = true
    return pod
  }

  async close(): Promise<void> {
    this.words.close()
    await this.hooks.close()
    const stopping = this.host.pod('host', 'stop', '--pods')
    const isStopped = await Promise.race([stopping, delay(stopMs, undefined, { ref: false })])
    if (!isStopped) {
      this.report.violated(`the host with its pods did not stop within ${stopMs / 1000} s`)
      await this.killHost()
    }
    await this.#endLeft()
    if (this.hasOwnDisk) execaSync('umount', ['-l', this.host.data])
    await this.host.dispose()
  }

  /** A keeper that found no host as that one stopped goes on holding what it has until there is a host, which ends it. */
  async #endLeft(): Promise<void> {
    const isThere = () => ours(this.host.data).some(({ command }) => command.startsWith('p8a keeper'))
    for (let look = 0; look < leftLooks && isThere(); look++) await delay(100)
    if (!isThere()) return
    this.report.count('left at the end', 'a keeper')
    await this.startHost()
    await this.host.pod('host', 'stop', '--pods')
  }
}

function mountDisk(directory: string, bytes: number): boolean {
  try {
    execaSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'p8a-chaos', directory])
    return true
  } catch {
    // Only root may; elsewhere no disk is filled, and the report says so.
    return false
  }
}
