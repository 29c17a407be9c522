// A pod that sleeps and another one that calls it, just as it falls asleep, is put to sleep, or has no host. Nobody kills its runs: no call is lost
// in one that ends. Not here: that each call waits until the pod is up; one that comes up by itself, as in a new host, is called in vain.
import { setTimeout as delay } from 'node:timers/promises'
import type { Attacked } from './ports.ts'
import type { Chance } from './seed.ts'

const sleeper = 'calls-sleeper'
const caller = 'calls-caller'
const codes = {
  [sleeper]: `process.on('SIGTERM', () => setTimeout(() => process.exit(), 50))
export const fetch = () => new Response()
export const who = () => process.pid
`,
  [caller]: `let pod
let told = { answered: 0, failed: [] }
let last
export default (params, bus, p8a) => { pod = p8a.pod('${sleeper}') }
export const ask = pauses => last = all(pauses)
export const tell = async () => {
  await last
  const all = told
  told = { answered: 0, failed: [] }
  return all
}
async function all(pauses) {
  for (const ms of pauses) {
    await new Promise(resolve => setTimeout(resolve, ms))
    await pod.who().then(() => told.answered++, ({ code, message }) => told.failed.push({ code, message, at: new Date() }))
  }
}
`,
}
/** Nobody was there to say where it is for longer than a call waits. */
const withoutHost = ['host_gone', 'timeout']

const isNotUp = /: it is (waiting|idle)$/

type Told = { answered: number; failed: { code: string; message: string; at: string }[] }

export class Calls {
  #world: Attacked

  constructor(world: Attacked) {
    this.#world = world
  }

  async open(): Promise<void> {
    const client = await this.#world.connect(false)
    for (const [name, code] of Object.entries(codes)) {
      await client.call('pod.push', { name, code })
      const config = name === sleeper ? { listen: 'auto', sleep: '200ms' } : {}
      await client.call('pod.start', { name, config: { minUptime: '100ms', retries: 1000, ...config } })
    }
    client.close()
  }

  async run(chance: Chance): Promise<void> {
    while (!this.#world.isOver) {
      await delay(chance.between(0, 500))
      if (this.#world.isQuiet || !this.#world.isHostUp) continue
      // About as long as until it falls asleep.
      const pauses = Array.from({ length: 4 }, () => chance.pick([0, 50, 190, 200, 210, 300]))
      const verb = chance.pick(['pod.sleep', 'pod.wake', undefined, undefined] as const)
      // Where its answer is lost, it is told of all the same.
      const asked = this.#call('ask', [pauses]).catch(() => {})
      if (verb) await this.#do(verb).catch(() => {})
      await asked
    }
  }

  async atQuietPoint(): Promise<void> {
    const { report, wasDiskFull, didCallsFail, words } = this.#world
    const { answered, failed } = (await this.#call('tell', [])) as Told
    report.count('calls to a sleeper', 'answered', answered)
    for (const { code, message, at } of failed) {
      report.count('calls to a sleeper', code)
      if (wasDiskFull || didCallsFail || withoutHost.includes(code) || isNotUp.test(message)) continue
      report.violated(
        `calls: at ${at}: ${message};\n  ${words.last([`"${sleeper}"`, `"${caller}"`, '"tag":"host"'], 60)}`,
      )
    }
  }

  async #call(fn: 'ask' | 'tell', args: unknown[]): Promise<unknown> {
    const client = await this.#world.connect(false)
    const called = client.call('pod.call', { name: caller, fn, args, timeoutMs: 60_000 })
    return (await called.finally(() => client.close())).value
  }

  async #do(verb: 'pod.sleep' | 'pod.wake'): Promise<void> {
    const client = await this.#world.connect(false)
    await client.call(verb, { name: sleeper, wait: false }).finally(() => client.close())
  }
}
