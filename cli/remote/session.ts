// A connection to a host that is made again whenever it is lost: for the shell, and for following a run.
import { setTimeout as sleep } from 'node:timers/promises'
import { P8aError } from '../../protocol/errors.ts'
import { namingRemote, openHost, type Reach, type RemoteHost } from './remote-host.ts'
import type { Remote } from './remotes.ts'

/** How long to wait before dialling again: short at first, since most hosts are back at once. */
const firstDelayMs = 50
const maxDelayMs = 1000
const delayGrowth = 1.3

export type SessionOptions = {
  remote: Remote
  reach: Reach
  /** Tells the user. */
  tell: (text: string) => void
  /** How long to look for a host that is gone; undefined: until `signal`. */
  patienceMs?: number
  signal: AbortSignal
}

export class Session {
  /** Called when the connection is lost. */
  onLost: (() => void) | undefined
  #options: SessionOptions
  #host: RemoteHost
  #isLost = false
  #reconnecting: Promise<void> | undefined

  private constructor(host: RemoteHost, options: SessionOptions) {
    this.#host = host
    this.#options = options
    this.#watch(host)
  }

  /** @throws {P8aError} what {@link openHost} throws; `host_silent` if the host takes the connection and answers nothing */
  static async open(options: SessionOptions): Promise<Session> {
    const host = await openHost(options.remote, options.reach)
    await host.call('host.info', {}).catch(error => {
      host.client.close()
      throw error
    })
    return new Session(host, options)
  }

  /** The host of the last connection, which may be lost by now. */
  get host(): RemoteHost {
    return this.#host
  }

  /**
   * Waits until there is a connection.
   * @throws {P8aError} `host_unreachable` if the host did not come back in time; `unauthorized`
   */
  async connected(): Promise<void> {
    if (!this.#isLost) return
    this.#reconnecting ??= this.#reconnect().finally(() => {
      this.#reconnecting = undefined
    })
    await this.#reconnecting
  }

  /**
   * Does work at the host, as often as it takes: if the connection is lost meanwhile, again at the next one.
   * @throws {P8aError} what `work` and {@link connected} throw
   */
  async lasting<T>(work: (host: RemoteHost) => Promise<T>): Promise<T> {
    for (;;) {
      await this.connected()
      try {
        return await work(this.#host)
      } catch (error) {
        if (this.#options.signal.aborted || !isLost(error)) throw namingRemote(error, this.#options.remote.name)
        await this.check()
      }
    }
  }

  /** Asks whether the host is still there, since the loss of a connection is noticed a little late. */
  async check(): Promise<void> {
    await this.#host.call('host.info', {}).catch(() => {})
    await new Promise(resolve => setImmediate(resolve))
  }

  close(): void {
    this.onLost = undefined
    this.#host.client.close()
  }

  #watch(host: RemoteHost): void {
    void host.client.closed.then(() => {
      this.#isLost = true
      this.onLost?.()
    })
  }

  async #reconnect(): Promise<void> {
    const { tell } = this.#options
    tell('Connection lost. Reconnecting...')
    try {
      this.#host = await this.#redial()
    } catch (error) {
      tell('\n')
      throw error
    }
    this.#isLost = false
    this.#watch(this.#host)
    tell(' done!\n')
  }

  async #redial(): Promise<RemoteHost> {
    const { remote, reach, signal, patienceMs = Number.POSITIVE_INFINITY } = this.#options
    const giveUpAtMs = performance.now() + patienceMs
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * delayGrowth, maxDelayMs)) {
      try {
        const host = await openHost(remote, reach, signal)
        // The host is back only when it answers: the socket of a host that is ending still takes connections.
        await host.call('host.info', {})
        return host
      } catch (error) {
        if (signal.aborted || !isAway(error) || performance.now() > giveUpAtMs) throw error
      }
      await sleep(delayMs, undefined, { signal }).catch(() => {})
    }
  }
}

/** Whether the connection was lost on the way. */
function isLost(error: unknown): boolean {
  return error instanceof P8aError && ['host_gone', 'host_silent'].includes(error.code)
}

/** Whether an error says that the host is not there now. */
function isAway(error: unknown): boolean {
  return error instanceof P8aError && ['host_unreachable', 'host_gone', 'host_silent', 'timeout'].includes(error.code)
}
