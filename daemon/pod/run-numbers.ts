// The numbers of a pod's runs: none is used twice, whatever the kind of the run.

export class RunNumbers {
  #last: number

  /** @param last the highest in the names of the pod's files; 0 if there is none */
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
