// What the pod says of itself: where it sends, how much was taken, and what is wrong. Into its log goes only that something begins to
// be wrong, and that it is over: each line of that log is sent too.

export type Signal = 'logs' | 'metrics'

export type ToldOptions = { endpoint: string; say(text: string): void; log(text: string): void }

export class Told {
  #options: ToldOptions
  #taken = { logs: 0, metrics: 0 }
  #dropped = 0
  #troubles = new Map<Signal, string>()

  constructor(options: ToldOptions) {
    this.#options = options
  }

  begin(): void {
    this.#say()
  }

  taken(signal: Signal, count: number): void {
    this.#taken[signal] += count
    if (this.#troubles.delete(signal)) this.#options.log(`${signal} are sent again to ${this.#options.endpoint}`)
    this.#say()
  }

  /** Lines that the receiver will never take. */
  dropped(count: number, why: string): void {
    this.#dropped += count
    this.failed('logs', `${why}, and ${count} lines are dropped`)
  }

  failed(signal: Signal, why: string): void {
    if (!this.#troubles.has(signal)) this.#options.log(`${signal} are not sent to ${this.#options.endpoint}: ${why}`)
    this.#troubles.set(signal, why)
    this.#say()
  }

  #say(): void {
    const { logs, metrics } = this.#taken
    const parts = [`${logs} lines`, `metrics ${metrics} times`]
    if (this.#dropped > 0) parts.push(`${this.#dropped} lines dropped`)
    for (const signal of ['logs', 'metrics'] as const) {
      const why = this.#troubles.get(signal)
      if (why !== undefined) parts.push(`${signal} are not sent: ${why}`)
    }
    this.#options.say(`to ${this.#options.endpoint}: ${parts.join(', ')}`)
  }
}
