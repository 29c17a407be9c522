// A service in another language under attack: its runs are killed, and so are its host and its keeper. It has to be up in
// all of its slots, each with a process of its own, and no line of it may be lost or there twice.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../cli/client/client.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { isAlive } from '../../test/processes.ts'
import { RunLines } from './lines.ts'
import type { Report } from './report.ts'
import type { Chance } from './seed.ts'
import type { Told } from './told.ts'

/** Its runs are not those of a shim. */
export const serviceName = 'service-sh'
const name = serviceName
const scale = 3
const settleMs = 60_000
const code = `#!/bin/sh
i=0
while :; do i=$((i+1)); echo "line $i ."; sleep 0.1; done
`

type Attacked = {
  readonly host: { data: string }
  readonly words: Told
  readonly report: Report
  readonly isHostUp: boolean
  readonly isDiskFull: boolean
  readonly wasEverFull: boolean
  readonly isQuiet: boolean
  readonly isOver: boolean
  connect(isTcp: boolean): Promise<Client>
}

export class Services {
  #world: Attacked
  #read = new Map<number, RunLines>()

  constructor(world: Attacked) {
    this.#world = world
  }

  async open(): Promise<void> {
    const client = await this.#world.connect(false)
    await client.call('pod.push', { name, code, kind: 'service' })
    const config = { scale, readyAfter: '100ms', minUptime: '100ms', retries: 1000 }
    await client.call('pod.start', { name, config })
    client.close()
  }

  /** Kills a run of it now and then. */
  async run(chance: Chance): Promise<void> {
    while (!this.#world.isOver) {
      await delay(chance.between(300, 3000))
      if (this.#world.isQuiet || !this.#world.isHostUp) continue
      const pids = (await this.#status().catch(() => undefined))?.runs.flatMap(({ pid }) => pid ?? []) ?? []
      if (pids.length === 0) continue
      try {
        process.kill(chance.pick(pids), 'SIGKILL')
        this.#world.report.count('faults', 'service killed')
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  async atQuietPoint(): Promise<void> {
    const { host, report, wasEverFull } = this.#world
    const status = await this.#settled()
    const pids = status.runs.flatMap(({ pid }) => pid ?? [])
    if (status.up !== scale || new Set(pids).size !== scale)
      report.violated(
        `services: ${status.up} of ${scale} are up, by the pids ${pids.join(', ')}: ${status.text};\n  ${this.#world.words.last([name, 'keeper', '"tag":"host"'], 80)}`,
      )
    const folder = join(host.data, 'logs', name)
    if (wasEverFull || !existsSync(folder)) return
    for (let number = 1; number <= this.#newest(status); number++) {
      const lines = this.#read.get(number) ?? new RunLines(folder, number)
      this.#read.set(number, lines)
      for (const complaint of lines.read({ mayLose: false })) report.violated(`services: ${complaint}`)
      if (lines.unaccounted > 0) report.violated(`services: ${lines.unaccounted} lines of run ${number} are missing`)
    }
  }

  #newest({ runs }: PodStatus): number {
    return Math.max(0, ...runs.map(({ id }) => Number(id.split('.').at(-1))))
  }

  async #settled(): Promise<PodStatus> {
    const untilMs = performance.now() + settleMs
    for (;;) {
      const status = await this.#status()
      // One that was killed may not be missed yet.
      const isThere = status.runs.every(({ pid }) => pid !== undefined && isAlive(pid))
      if ((status.up === scale && isThere) || performance.now() > untilMs) return status
      await delay(100)
    }
  }

  async #status(): Promise<PodStatus> {
    const client = await this.#world.connect(false)
    return await client.call('pod.status', { name }).finally(() => client.close())
  }
}
