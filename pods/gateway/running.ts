// A run of the gateway among the others of its pod: what is told of all of them together.
import type { P8a, PodStatus } from 'p8a'
import type { Step } from 'p8a/client'
import type { Commanded } from './commands.ts'
import type { Gateway } from './gateway.ts'
import type { Governor } from './governor.ts'
import type { PauseFiles } from './pause-files.ts'
import { textOf } from './routes.ts'
import type { Secure } from './secure.ts'
import { type AllStats, type Count, sumOf } from './stats.ts'

const seeThose: readonly Step[] = [
  { text: 'See the pods', do: { verb: 'status' } },
  { text: 'or the groups', do: { verb: 'group list' } },
]

/** How long another run may take to answer; one that does not is left out. */
const answerTime = '3s'

type Parts = {
  gateway: Gateway
  governor: Pick<Governor, 'problem' | 'wakeOnce'>
  secure: Secure
  pauses: PauseFiles
  pods: ReadonlyMap<string, PodStatus>
  p8a: P8a
  wakeTimeoutMs: number
}

export class Running implements Commanded {
  #gateway: Gateway
  #governor: Pick<Governor, 'problem' | 'wakeOnce'>
  #secure: Secure
  #pauses: PauseFiles
  #pods: ReadonlyMap<string, PodStatus>
  #p8a: P8a
  #wakeTimeoutMs: number

  constructor({ gateway, governor, secure, pauses, pods, p8a, wakeTimeoutMs }: Parts) {
    this.#gateway = gateway
    this.#governor = governor
    this.#secure = secure
    this.#pauses = pauses
    this.#pods = pods
    this.#p8a = p8a
    this.#wakeTimeoutMs = wakeTimeoutMs
  }

  routes(): ReturnType<Commanded['routes']> {
    const { all, clashes, exceptionsOf } = this.#gateway.routes
    return all.map(route => {
      const { pod, host, path } = route
      const clash = clashes.find(clash => clash.pod === pod && clash.at === textOf({ host, path }))
      const isGroup = this.#gateway.groups.has(pod)
      const problem = clash ? `${clash.holder} has this route` : isGroup ? undefined : this.#gateway.hindrance(pod)
      const exceptions = exceptionsOf(route)
      return {
        ...route,
        status: this.#statusOf(pod),
        ...(problem !== undefined && { problem }),
        ...(exceptions.length > 0 && { exceptions }),
      }
    })
  }

  /** Of a group: its members that have a weight, with how they are if they take nothing. */
  #statusOf(name: string): string {
    const group = this.#gateway.groups.get(name)
    if (!group) return this.#pods.get(name)?.status ?? 'gone'
    const members = group.members.map(({ pod, weight }) => {
      const status = this.#pods.get(pod)?.status
      const why = status === 'up' ? this.#gateway.hindrance(pod) : status
      return `${pod}=${weight}${why === undefined ? '' : ` (${why})`}`
    })
    return members.join(' ')
  }

  count(): Count {
    return this.#gateway.count()
  }

  certificates(): ReturnType<Commanded['certificates']> {
    return this.#secure.told()
  }

  /** What is wrong with the file of rules. */
  problem(): string | undefined {
    return this.#governor.problem
  }

  /** What the rules in force say of pods and cannot be done. */
  unruled(): readonly string[] {
    return this.#gateway.problems
  }

  /** The same; undefined if a run that is up does not answer. */
  async wholeStats(): Promise<AllStats | undefined> {
    const runs = this.#pods.get(this.#p8a.name)?.runs ?? []
    const stats = await this.stats()
    return stats.runs >= runs.filter(({ state }) => state === 'up').length ? stats : undefined
  }

  /**
   * Whether it is this run that acts for all: the first of those that are up. Of two that both believe it for a moment, the host refuses
   * the later one by its epoch.
   */
  leads(): boolean {
    const leader = this.#leader()
    return leader === undefined || leader === this.#p8a.run
  }

  /** Whether it is the first of the runs that are up, as the host says: as long as none is, this one is not. */
  isFirst(): boolean {
    return this.#leader() === this.#p8a.run
  }

  /** Wakes a pod for a run that does not lead. @throws {Error} as {@link Governor.wake} */
  async wakeFor(name: string): Promise<void> {
    await this.#governor.wakeOnce(name, AbortSignal.timeout(this.#wakeTimeoutMs))
  }

  /** Lets the run that leads wake a pod; where it is gone, this one does. @throws {Error} as {@link Governor.wake} */
  async leaderWakes(name: string, signal: AbortSignal): Promise<void> {
    const leader = this.#leader()
    const wake = async () => await this.#governor.wakeOnce(name, signal)
    try {
      if (leader === undefined) return await wake()
      await this.#p8a.pod(leader, { signal }).wakeFor?.(name)
    } catch (error) {
      const { code, facts } = error as { code?: string; facts?: { errorCode?: string } }
      if (code === 'run_not_found' || code === 'pod_not_up' || code === 'function_not_found') return await wake()
      throw code === 'call_failed' && facts?.errorCode
        ? Object.assign(error as Error, { code: facts.errorCode })
        : error
    }
  }

  #leader(): string | undefined {
    const up = (this.#pods.get(this.#p8a.name)?.runs ?? []).filter(({ state }) => state === 'up')
    const numberOf = (id: string) => Number(id.slice(id.lastIndexOf('.') + 1))
    return up.map(({ id }) => id).sort((a, b) => numberOf(a) - numberOf(b))[0]
  }

  async stats(): Promise<AllStats> {
    const others = await this.#others(
      async run => (await this.#p8a.pod(run, { timeout: answerTime }).count?.()) as Count,
    )
    return sumOf([this.count(), ...others])
  }

  async pause(name: string, forMs: number | undefined): Promise<number> {
    if (!this.#pods.has(name) && !this.#gateway.groups.has(name))
      throw Object.assign(new Error(`There is no pod or group "${name}"`), { steps: seeThose })
    await this.#pauses.pause(name, { untilMs: forMs === undefined ? undefined : Date.now() + forMs })
    await this.#allReread()
    const { open = 0, waiting = 0, sockets = 0 } = (await this.stats()).pods[name] ?? {}
    return open - waiting + sockets
  }

  async resume(name: string): Promise<boolean> {
    const wasPaused = await this.#pauses.resume(name)
    await this.#allReread()
    return wasPaused
  }

  /** Reads what any run of the gateway may have written for all. */
  async reread(): Promise<void> {
    this.#gateway.pauses.replace(await this.#pauses.read())
  }

  async #allReread(): Promise<void> {
    await this.reread()
    await this.#others(async run => await this.#p8a.pod(run, { timeout: answerTime }).reread?.())
  }

  /** What the other runs that are up answer. */
  async #others<Answer>(ask: (run: string) => Promise<Answer>): Promise<Answer[]> {
    const runs = this.#pods.get(this.#p8a.name)?.runs ?? []
    const others = runs.filter(({ id, state }) => id !== this.#p8a.run && state === 'up')
    const answers = await Promise.allSettled(others.map(({ id }) => ask(id)))
    return answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
  }
}
