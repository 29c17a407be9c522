// What must be true at a quiet point, when nobody does anything any more: each promise by a look of its own.
import { setTimeout as delay } from 'node:timers/promises'
import type { PodStatus } from '../../protocol/words.ts'
import { checkAudit } from './check-audit.ts'
import { filesLeft } from './check-files.ts'
import { LinesCheck } from './check-lines.ts'
import { checkProcesses } from './check-processes.ts'
import { checkRestarts } from './check-restarts.ts'
import type { Wanted } from './model.ts'
import { isSettled, look, type Seen } from './seen.ts'
import type { ChaosPod, World } from './world.ts'

/** Longer than any backoff, stop timeout or check can take to come to its end. */
const settleMs = 60_000

export class Checks {
  #world: World
  #lines: LinesCheck
  memory: number[] = []

  constructor(world: World) {
    this.#world = world
    this.#lines = new LinesCheck(world)
  }

  get linesFound(): number {
    return this.#lines.found
  }

  /** Waits until all is as wanted, then looks at everything. */
  async atQuietPoint(): Promise<void> {
    const world = this.#world
    await world.scripts.atQuietPoint()
    await world.services.atQuietPoint()
    await world.ports.atQuietPoint()
    await world.calls.atQuietPoint()
    for (const part of world.longer) await part.atQuietPoint()
    await world.images.atQuietPoint()
    await world.hooks.atQuietPoint()
    const seen = await this.#settled()
    this.memory.push(seen.info.memory)
    for (const pod of world.pods) this.#violated(...checkModel(pod, seen.pods.get(pod.name)))
    this.#violated(...checkProcesses(world, seen))
    this.#violated(...(await checkRestarts(world, seen)))
    this.#violated(...this.#lines.check())
    this.#violated(...(await checkAudit(world)))
    // What waited for a broken pod to be mended, since it might have been that pod's, the next host takes away.
    let left = filesLeft(world, seen)
    if (left.length > 0) {
      await world.killHost()
      await world.startHost()
      // It does so while it answers already. What is gone once is no leftover: hooks write how far they are.
      for (let looks = 0; looks < 30 && left.length > 0; looks++) {
        await delay(100)
        const now = new Set(filesLeft(world, seen))
        left = left.filter(path => now.has(path))
      }
    }
    this.#violated(...left.map(path => `file: ${path} is left over`))
    world.wasDiskFull = false
    world.didCallsFail = false
  }

  async #settled(): Promise<Seen> {
    const untilMs = performance.now() + settleMs
    for (;;) {
      const seen = await look(this.#world)
      const unsettled = this.#world.pods.filter(pod => !isSettled(pod, seen.pods.get(pod.name)))
      const sparesDiffer = seen.info.spares.ready < 1
      if (unsettled.length === 0 && !sparesDiffer) return seen
      if (performance.now() > untilMs) {
        for (const pod of unsettled)
          this.#violated(`${pod.name}: does not settle: ${JSON.stringify(seen.pods.get(pod.name))}`)
        if (sparesDiffer) this.#violated('host: has no spare')
        return seen
      }
      await delay(100)
    }
  }

  #violated(...complaints: string[]): void {
    for (const complaint of complaints) this.#world.report.violated(complaint)
  }
}

/** What was answered is true. */
function checkModel({ name, model, history }: ChaosPod, status: PodStatus | undefined): string[] {
  const complaint = model.onSeen(wantedOf(status))
  return [
    ...(status?.problem === undefined ? [] : [`${name}: has a problem: ${status.problem}`]),
    ...(complaint ? [`${name}: ${complaint}; ${history.join('; ')}`] : []),
  ]
}

function wantedOf(status: PodStatus | undefined): Wanted {
  if (!status) return undefined
  const { version, latest, want, scale, params } = status
  return { version, latest, want, scale, tag: params.tag ?? '' }
}
