// Which of many alike moments a run of the tests tries: all of them in the long form (`npm run test:long`), in the short one always the
// same few. The moments at which something is killed or fails are walked this way: see docs/RELIABILITY.md.

/** Set to 1 by `npm run test:long`. */
export const longVariable = 'P8A_TEST_LONG'

/** Whether this run of the tests is one in the long form. */
export const isLong = (env = process.env): boolean => env[longVariable] === '1'

export class Moments<T> {
  readonly #isLong: boolean
  readonly #step: number
  readonly #isKept: (moment: T) => boolean
  #count = 0
  #tried = 0

  /**
   * @param options `step`: every so many moments, one is tried in the short form, counted over all rows of a file, so that what comes
   *   in each row is tried at another place in each; `isKept`: those that are tried in both forms
   */
  constructor({ step, isKept = () => false }: { step: number; isKept?: (moment: T) => boolean }, env = process.env) {
    this.#isLong = isLong(env)
    this.#step = step
    this.#isKept = isKept
  }

  /** Those of a row that are to be tried, in their order. */
  of<M extends T>(row: readonly M[]): M[] {
    const chosen = row.filter(moment => {
      const isNext = this.#count++ % this.#step === 0
      return this.#isLong || isNext || this.#isKept(moment)
    })
    this.#tried += chosen.length
    return chosen
  }

  /** Says in a line of its own, which the runner collects, how many were tried of how many. */
  tell(): void {
    if (this.#tried < this.#count) process.stdout.write(`\n# SHORT ${this.#tried} of ${this.#count}\n`)
  }
}
