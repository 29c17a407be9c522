// Whether the host at the other end lives while something is waited for. Work may take as long as it likes: a host that
// lives answers a ping. It knows nothing of connections.
import { deadline } from '../../protocol/deadline.ts'

/** For how long a host may be silent. One that lives answers a ping at once, unless its event loop is blocked. */
export const usualSilenceMs = 15_000

export type PulseOptions = {
  /** For how long the host may show no life. */
  silenceMs: number
  /** Asks the host for any answer. */
  ping: () => void
  /** How many bytes the host has still to take: while they become fewer, it lives, however long the rest takes. */
  unsent: () => number
  onSilent: () => void
}

/** The silence is looked at in so many parts; the host is asked after the first. */
const parts = 3

export class Pulse {
  #options: PulseOptions
  #awaited = 0
  #timer: NodeJS.Timeout | undefined
  #quietParts = 0
  #unsent = 0

  /** @param options.silenceMs 0: nobody looks */
  constructor(options: PulseOptions) {
    this.#options = options
  }

  /** Something is waited for. */
  expect(): void {
    this.#awaited += 1
    if (this.#awaited === 1) this.#listen()
  }

  /** It came, or nobody waits for it any more. */
  settle(): void {
    this.#awaited -= 1
    if (this.#awaited === 0) this.stop()
  }

  /** Something came from the host. */
  heard(): void {
    this.#quietParts = 0
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #listen(): void {
    const { silenceMs } = this.#options
    if (silenceMs === 0) return
    this.#quietParts = 0
    this.#unsent = 0
    this.#arm()
  }

  #arm(): void {
    this.#timer = deadline(() => this.#look(), this.#options.silenceMs / parts)
  }

  #look(): void {
    const { ping, unsent, onSilent } = this.#options
    const left = unsent()
    this.#quietParts = left < this.#unsent ? 1 : this.#quietParts + 1
    this.#unsent = left
    if (this.#quietParts >= parts) {
      onSilent()
      return
    }
    if (this.#quietParts === 1) ping()
    this.#arm()
  }
}
