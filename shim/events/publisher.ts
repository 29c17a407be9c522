// Sends events to the runs that subscribe: asks the host who they are, and then talks to them directly.
import { says } from '../../protocol/calls.ts'
import { isTopicPattern } from '../../protocol/topic.ts'
import type { Dialled } from '../calls/dialled.ts'
import type { AskHost } from '../calls/host-line.ts'
import { checkTopic, topicMatcher } from './topic.ts'

/** How many events wait until it is first known who subscribes. */
const maxEarly = 1000
/** Topics whose subscribers are remembered. */
const maxRemembered = 1000

type Target = { dialled: Dialled; isMeant: (topic: string) => boolean }

export class Publisher {
  #host: AskHost
  #path: string
  #targets = new Map<string, Target>()
  #byTopic = new Map<string, Dialled[]>()
  #early: { topic: string; line: string }[] = []
  #lost = 0
  #isKnown = false
  #isMeeting = false
  #isStale = false

  /** @param path the host at which it publishes */
  constructor(host: AskHost, path: string) {
    this.#host = host
    this.#path = path
  }

  /**
   * @returns the event's data as it is sent.
   * @throws {TypeError} if the topic is not one, or the data has no JSON form
   */
  publish(topic: string, data: unknown): string {
    checkTopic(topic)
    const json = JSON.stringify(data) ?? 'null'
    const line = `{"jsonrpc":"2.0","method":"${says.event}","params":[${JSON.stringify(this.#path)},${JSON.stringify(topic)},${json}]}\n`
    if (this.#isKnown) this.#send(topic, line)
    else this.#keep(topic, line)
    if (!this.#isKnown || this.#isStale) void this.#meet()
    return json
  }

  /** Others subscribe than before. */
  onMoved(): void {
    this.#isStale = true
    if (this.#isKnown) void this.#meet()
  }

  /** There is a host again, which does not know that we publish. */
  onLinked(): void {
    if (this.#isKnown) void this.onMoved()
  }

  #send(topic: string, line: string): void {
    let targets = this.#byTopic.get(topic)
    if (!targets) {
      targets = [...this.#targets.values()].filter(({ isMeant }) => isMeant(topic)).map(({ dialled }) => dialled)
      if (this.#byTopic.size >= maxRemembered) this.#byTopic.clear()
      this.#byTopic.set(topic, targets)
    }
    for (const dialled of targets) dialled.publish(line)
  }

  #keep(topic: string, line: string): void {
    if (this.#early.length < maxEarly) this.#early.push({ topic, line })
    else this.#lost++
  }

  async #meet(): Promise<void> {
    if (this.#isMeeting) return
    this.#isMeeting = true
    try {
      do {
        this.#isStale = false
        await this.#ask()
      } while (this.#isStale)
    } catch (error) {
      process.stderr.write(`p8a: cannot find out who subscribes: ${(error as Error).message}\n`)
    } finally {
      this.#isMeeting = false
    }
  }

  async #ask(): Promise<void> {
    const subscribers = await this.#host.ask('subscribers', { path: this.#path, have: [...this.#targets.keys()] })
    const { Dialled } = await import('../calls/dialled.ts')
    const before = this.#targets
    this.#targets = new Map()
    for (const { run, socket, grant, patterns } of subscribers) {
      const known = before.get(run)?.dialled
      if (!known && (socket === undefined || grant === undefined)) continue
      const dialled =
        known ?? new Dialled({ run, socket: socket ?? '', grant: grant ?? '' }, gone => this.#forget(gone))
      // An older host hands on what is no pattern: that is one subscriber's matter.
      const matchers = patterns.filter(isTopicPattern).map(topicMatcher)
      this.#targets.set(run, { dialled, isMeant: topic => matchers.some(isMeant => isMeant(topic)) })
    }
    for (const [run, { dialled }] of before) if (!this.#targets.has(run)) dialled.retire()
    this.#byTopic.clear()
    this.#isKnown = true
    for (const { topic, line } of this.#early.splice(0)) this.#send(topic, line)
    if (this.#lost === 0) return
    process.stderr.write(`p8a: ${this.#lost} events were dropped before the host told who subscribes\n`)
    this.#lost = 0
  }

  #forget(gone: Dialled): void {
    if (this.#targets.get(gone.callee)?.dialled === gone) this.#targets.delete(gone.callee)
    this.#byTopic.clear()
  }
}
