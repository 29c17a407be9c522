// Errors that nobody catches: each would end a daemon or a pod.
import assert from 'node:assert/strict'

export class Uncaught {
  #errors: unknown[] = []
  #keep = (error: unknown) => void this.#errors.push(error)

  constructor() {
    process.on('uncaughtException', this.#keep).on('unhandledRejection', this.#keep)
  }

  /** There was none since the last time, also among what had yet to be rejected. */
  async none(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    const errors = this.#errors.splice(0)
    assert.equal(errors.length, 0, errors.map(error => (error as Error)?.stack ?? String(error)).join('\n'))
  }

  close(): void {
    process.off('uncaughtException', this.#keep).off('unhandledRejection', this.#keep)
  }
}
