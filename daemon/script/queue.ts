// Which of the waiting scripts begins next: first come, first served, within a limit for the host and one for each pod.

/** A script that waits. `cap`: how many of `pod` may run at once; asked each time, since it may change. */
type Waiting = { pod: object; cap: () => number; begin: () => void }

/** A place in the queue, or among the running scripts. */
export type Place = {
  /** Gives the place back, once. */
  leave(): void
}

export class ScriptQueue {
  #width: number
  #waiting: Waiting[] = []
  #running = new Map<object, number>()
  #total = 0

  /** @param options.width how many may run at once, of all pods */
  constructor(options: { width: number }) {
    this.#width = options.width
  }

  /** Calls `begin` when it is its turn, perhaps at once. */
  enter(waiting: Waiting): Place {
    this.#waiting.push(waiting)
    this.look()
    return this.#place(() => {
      const at = this.#waiting.indexOf(waiting)
      if (at === -1) this.#free(waiting.pod)
      else this.#waiting.splice(at, 1)
    })
  }

  /** Counts a script that runs already, since an earlier host began it. */
  take(pod: object): Place {
    this.#count(pod, 1)
    return this.#place(() => this.#free(pod))
  }

  /** Begins all scripts whose turn it is. */
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

  #place(leave: () => void): Place {
    let isLeft = false
    return {
      leave: () => {
        if (isLeft) return
        isLeft = true
        leave()
      },
    }
  }

  #free(pod: object): void {
    this.#count(pod, -1)
    this.look()
  }

  #count(pod: object, change: number): void {
    this.#total += change
    const count = (this.#running.get(pod) ?? 0) + change
    if (count > 0) this.#running.set(pod, count)
    else this.#running.delete(pod)
  }
}
