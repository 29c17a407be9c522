// Who of the scripts that wait is begun next: first come first served, within a cap for the host and one for each pod.

/** One that waits. `cap`: how many of `pod` may run at once, asked each time since it may change. */
type Waiting = { pod: object; cap: () => number; begin: () => void }

export class ScriptQueue {
  #width: number
  #waiting: Waiting[] = []
  #running = new Map<object, number>()
  #total = 0

  /** @param options.width how many may run at once, of all pods */
  constructor(options: { width: number }) {
    this.#width = options.width
  }

  /**
   * Calls `begin` when it is its turn, perhaps at once.
   * @returns what takes it out of the queue, and says whether it still was in it
   */
  enter(waiting: Waiting): () => boolean {
    this.#waiting.push(waiting)
    this.look()
    return () => {
      const at = this.#waiting.indexOf(waiting)
      if (at !== -1) this.#waiting.splice(at, 1)
      return at !== -1
    }
  }

  /** One runs that was not begun by `enter`: an earlier host did. */
  take(pod: object): void {
    this.#count(pod, 1)
  }

  /** One of `pod` has ended. */
  leave(pod: object): void {
    this.#count(pod, -1)
    this.look()
  }

  /** Begins all whose turn it is. */
  look(): void {
    for (let at = 0; at < this.#waiting.length && this.#total < this.#width; ) {
      const { pod, cap, begin } = this.#waiting[at] as Waiting
      if ((this.#running.get(pod) ?? 0) >= cap()) {
        at++
        continue
      }
      this.#waiting.splice(at, 1)
      this.#count(pod, 1)
      begin()
    }
  }

  #count(pod: object, change: number): void {
    this.#total += change
    const count = (this.#running.get(pod) ?? 0) + change
    if (count > 0) this.#running.set(pod, count)
    else this.#running.delete(pod)
  }
}
