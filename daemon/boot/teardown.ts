// Takes down what was built, the newest first. In shape it is `AsyncDisposableStack`, which Node has from version 24 on; a
// host runs on 22 too.

export class Teardown {
  #steps: (() => unknown)[] = []
  #onError: (error: unknown) => void

  /** @param onError told of each step that fails, which keeps none of the others from being done */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Does `step` when all is taken down, before what was deferred earlier. */
  defer(step: () => unknown): void {
    this.#steps.push(step)
  }

  /** Does all steps, each when the one before it is over. */
  async disposeAsync(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step()
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}
