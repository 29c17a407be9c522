// Takes down what was built, the newest first. It has the shape of `AsyncDisposableStack`, which Node has since version
// 24; a host runs on 22 too.

export class Teardown {
  #steps: (() => unknown)[] = []
  #onError: (error: unknown) => void

  /** @param onError called for each step that fails; the other steps are done all the same */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Does `step` at the teardown, before the steps that were deferred earlier. */
  defer(step: () => unknown): void {
    this.#steps.push(step)
  }

  /** Does all steps, one after the other. */
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
