// The numbers of a pod's runs: none is used twice, whatever kind of run has it.

export class RunNumbers {
  #last: number

  /** @param last the newest that any file of the pod bears; 0 where there was none */
  constructor(last: number) {
    this.#last = last
  }

  get last(): number {
    return this.#last
  }

  take(): number {
    return ++this.#last
  }

  /** A run has this number from now on. */
  use(number: number): void {
    this.#last = Math.max(this.#last, number)
  }
}
