// A host with the seam in it, and one pod, `subject`, to which each verb is done from the same beginning.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { PodStatus } from '../../protocol/words.ts'
import type { Answer, Order } from '../../scripts/chaos/seam/orders.ts'
import { seamEnv, tellSeam } from '../../scripts/chaos/seam/seam.ts'
import { fixture, root } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { asItIs, TestHost } from './harness.ts'

/** `reconcile` is no verb: a run dies, and another takes its place. */
export type SeamVerb = 'push' | 'start' | 'stop' | 'restart' | 'scale up' | 'scale down' | 'remove' | 'reconcile'

type Change = { before: PodStatus | undefined; after: PodStatus | undefined }

const code = readFileSync(fixture('forever'), 'utf8')
const config = { retries: 1000, minUptime: 50, stopTimeout: 1000 }

export class SeamHost {
  #host = new TestHost(asItIs)
  #socket = join(this.#host.dir, 'seam.sock')
  #codes = 0
  #spares = 1

  get data(): string {
    return this.#host.data
  }

  get pid(): number {
    return this.#host.pid
  }

  /** @param settings of the host, beside those that all these tests need */
  async open(settings: Record<string, unknown> & { spares?: number } = {}): Promise<void> {
    this.#spares = settings.spares ?? this.#spares
    await this.start()
    // What a host waits for that it cannot know of: a process whose pid was never saved.
    const file = join(this.data, 'host.json')
    const made = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...made, settings: { ...made.settings, adoptTimeout: 300, ...settings } }))
    // Not killed: only then does Node keep the compiled code, which each of the next starts is the faster for.
    process.kill(this.pid, 'SIGTERM')
    await until(() => !isAlive(this.pid), 'the host has left')
    await this.start()
  }

  /**
   * Without the `pod` command, which would take most of the time of hundreds of starts.
   * @param order obeyed from the first step on
   * @throws what it says where it refuses to start
   */
  async start(order: Order = { do: 'off' }): Promise<void> {
    const args = [join(root, 'dist/daemon.cjs'), '--data', this.data, '--port', '0', '--json']
    const child = spawn(process.execPath, args, {
      env: {
        ...this.#host.env,
        ...seamEnv(this.#socket),
        P8A_TEST_SEAM_ORDER: JSON.stringify(order),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#host.pid = child.pid as number
    // Its first words are that it is up, or why it is not; one that dies says none.
    const [said] = await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'exit')])
    if (!String(said).includes('"pid"')) throw new Error(`The host did not start: ${said}`)
    child.stdout.destroy()
    child.stderr.destroy()
    child.unref()
  }

  async kill(): Promise<void> {
    await this.#host.killHost()
  }

  async close(): Promise<void> {
    await this.#host.dispose()
  }

  async order(order: Order): Promise<Answer> {
    return await tellSeam(this.#socket, order)
  }

  /** The names of a verb's points, in the order in which they come, and before which of them a word was told. */
  async record(verb: SeamVerb, options: { reads?: boolean } = {}): Promise<Pick<Answer, 'points' | 'told'>> {
    // What earlier verbs left of records and logs would be points of a removal, each of them.
    if (await this.status()) await this.act('remove')
    await this.prepare(verb)
    await this.order({ do: 'record', reads: options.reads ?? false })
    await this.act(verb)
    await this.settle()
    return await this.order({ do: 'tell' })
  }

  /** Brings the pod to where the verb begins. @returns its status there */
  async prepare(verb: SeamVerb): Promise<PodStatus | undefined> {
    await this.order({ do: 'off' })
    const now = await this.status()
    if (!now) await this.call('pod.push', { code: this.#newCode() })
    const isUp = now?.want === 'up'
    const shouldBeUp = verb !== 'start' && verb !== 'push'
    if (isUp && !shouldBeUp) await this.call('pod.stop', {})
    const scale = verb === 'scale down' ? 2 : 1
    if ((now?.scale ?? 1) !== scale) await this.call('pod.scale', { scale })
    if (!isUp && shouldBeUp) await this.call('pod.start', { config })
    await until(async () => (await this.#info()).spares.ready >= this.#spares, 'a spare waits')
    await until(async () => (await this.status())?.runs.length === (shouldBeUp ? scale : 0), 'it is as before the verb')
    return await this.status()
  }

  /** Does the verb. @returns undefined where it was answered, or the code of the error */
  async act(verb: SeamVerb): Promise<string | undefined> {
    try {
      switch (verb) {
        case 'push':
          await this.call('pod.push', { code: this.#newCode() })
          return undefined
        case 'start':
          await this.call('pod.start', { config })
          return undefined
        case 'stop':
        case 'restart':
          await this.call(`pod.${verb}`, {})
          return undefined
        case 'scale up':
        case 'scale down':
          await this.call('pod.scale', { scale: verb === 'scale up' ? 2 : 1 })
          return undefined
        case 'remove':
          await this.call('pod.remove', { force: true })
          return undefined
        case 'reconcile':
          await this.#killRun()
          return undefined
      }
    } catch (error) {
      return (error as { code?: string }).code ?? String(error)
    }
  }

  /** Until what follows an answer has been done too: the spare that is made anew, records that are pruned. */
  async settle(): Promise<void> {
    for (let calm = 0, last = -1; calm < 3 && isAlive(this.pid); ) {
      // That nothing more is done is all there is to see.
      await delay(25)
      const { points } = await this.order({ do: 'tell' }).catch(() => ({ points: [] }))
      calm = points.length === last ? calm + 1 : 0
      last = points.length
    }
  }

  async isDone(verb: SeamVerb, { before, after }: Change): Promise<boolean> {
    switch (verb) {
      case 'push':
        return after?.latest === (before?.latest ?? 0) + 1
      case 'start':
        return after?.want === 'up'
      case 'stop':
        return after?.want === 'idle'
      case 'restart':
        // An attempt that never lived, since the host died before its process was there, counts as one restart.
        return after?.want === 'up' && after.runs[0]?.id !== before?.runs[0]?.id && after.restarts <= 1
      case 'scale up':
        return after?.scale === 2
      case 'scale down':
        return after?.scale === 1
      case 'remove':
        return after === undefined
      case 'reconcile':
        return after?.up === 1 && [1, 2].includes(after.restarts - (before?.restarts ?? 0))
    }
  }

  /** As it was, with the very same processes; a removal that was begun has ended them. */
  async isUndone(verb: SeamVerb, { before, after }: Change): Promise<boolean> {
    if (!before || !after) return false
    const isSame = before.want === after.want && before.scale === after.scale && before.latest === after.latest
    const pids = (status: PodStatus) => status.runs.map(run => run.pid).join()
    return isSame && (verb === 'remove' || pids(before) === pids(after))
  }

  async status(): Promise<PodStatus | undefined> {
    const client = await this.#host.client()
    try {
      const { pods } = await client.call('pod.list', {})
      return pods.find(({ name }) => name === 'subject')
    } finally {
      client.close()
    }
  }

  /** Anything else of the host. */
  async client() {
    return await this.#host.client()
  }

  async call(
    method: 'pod.push' | 'pod.start' | 'pod.stop' | 'pod.restart' | 'pod.scale' | 'pod.remove',
    params: object,
  ) {
    const client = await this.#host.client()
    try {
      return await client.call(method, { name: 'subject', ...params } as never)
    } finally {
      client.close()
    }
  }

  async #killRun(): Promise<void> {
    const run = (await this.status())?.runs[0]
    process.kill(run?.pid as number, 'SIGKILL')
    await until(async () => {
      const status = await this.status().catch(() => 'gone' as const)
      return status === 'gone' || (status?.up === 1 && status.runs[0]?.id !== run?.id)
    }, 'another run took its place, or the host is gone')
  }

  async #info() {
    const client = await this.#host.client()
    return await client.call('host.info', {}).finally(() => client.close())
  }

  #newCode(): string {
    return `${code}\n// ${++this.#codes}\n`
  }
}
