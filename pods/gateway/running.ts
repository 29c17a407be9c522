// A run of the gateway among the others of its pod: what is told of all of them together.
import type { P8a, PodStatus } from 'p8a'
import type { Commanded } from './commands.ts'
import type { Gateway } from './gateway.ts'
import type { Governor } from './governor.ts'
import type { PauseFiles } from './pause-files.ts'
import type { Secure } from './secure.ts'
import { type AllStats, type Count, sumOf } from './stats.ts'

/** How long another run may take to answer; one that does not is left out. */
const answerTime = '3s'

type Parts = {
  gateway: Gateway
  governor: Pick<Governor, 'problem'>
  secure: Secure
  pauses: PauseFiles
  pods: ReadonlyMap<string, PodStatus>
  p8a: P8a
}

export class Running implements Commanded {
  #gateway: Gateway
  #governor: Pick<Governor, 'problem'>
  #secure: Secure
  #pauses: PauseFiles
  #pods: ReadonlyMap<string, PodStatus>
  #p8a: P8a

  constructor({ gateway, governor, secure, pauses, pods, p8a }: Parts) {
    this.#gateway = gateway
    this.#governor = governor
    this.#secure = secure
    this.#pauses = pauses
    this.#pods = pods
    this.#p8a = p8a
  }

  routes(): ReturnType<Commanded['routes']> {
    return this.#gateway.routes.all.map(route => ({ ...route, status: this.#statusOf(route.pod) }))
  }

  /** Of a group: its members that have a weight, with how they are if they are not up. */
  #statusOf(name: string): string {
    const group = this.#gateway.groups.get(name)
    if (!group) return this.#pods.get(name)?.status ?? 'gone'
    const members = group.members.map(({ pod, weight }) => {
      const status = this.#pods.get(pod)?.status
      return `${pod}=${weight}${status === 'up' ? '' : ` (${status})`}`
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

  /** The same; undefined if a run that is up does not answer. */
  async wholeStats(): Promise<AllStats | undefined> {
    const runs = this.#pods.get(this.#p8a.name)?.runs ?? []
    const stats = await this.stats()
    return stats.runs >= runs.filter(({ state }) => state === 'up').length ? stats : undefined
  }

  async stats(): Promise<AllStats> {
    const others = await this.#others(
      async run => (await this.#p8a.pod(run, { timeout: answerTime }).count?.()) as Count,
    )
    return sumOf([this.count(), ...others])
  }

  async pause(name: string, forMs: number | undefined): Promise<number> {
    if (!this.#pods.has(name) && !this.#gateway.groups.has(name))
      throw new Error(`There is no pod or group "${name}": pod status, pod group list`)
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
