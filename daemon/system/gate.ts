// Lets a limited number of holders through at once. The others wait in order; some let all others go first.

export class Gate {
  #free: number
  #width: number
  #waiting: (() => void)[] = []
  #idlers: (() => void)[] = []

  constructor(options: { width: number }) {
    this.#free = options.width
    this.#width = options.width
  }

  /** How many are through. */
  get inside(): number {
    return this.#width - this.#free
  }

  /**
   * Waits for a place.
   * @returns a function that gives the place back; a second call does nothing
   * @param options.when `idle`: after all that wait without it, even later ones
   */
  async enter(options: { when?: 'idle' } = {}): Promise<() => void> {
    const queue = options.when === 'idle' ? this.#idlers : this.#waiting
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => queue.push(resolve))
    let isIn = true
    return () => {
      if (isIn) this.#leave()
      isIn = false
    }
  }

  #leave(): void {
    const next = this.#waiting.shift() ?? this.#idlers.shift()
    if (next) next()
    else this.#free++
  }
}
