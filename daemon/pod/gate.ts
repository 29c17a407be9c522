// Lets a bounded number of holders through at once; the others wait in order.

export class Gate {
  #free: number
  #waiting: (() => void)[] = []

  constructor(options: { width: number }) {
    this.#free = options.width
  }

  /** Waits for a place. @returns what gives the place back; a second call does nothing */
  async enter(): Promise<() => void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    let isIn = true
    return () => {
      if (isIn) this.#leave()
      isIn = false
    }
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
  }
}
