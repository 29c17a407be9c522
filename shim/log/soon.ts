// Calls back in the next tick. console gives the same callback with each line: a loop that prints a million of them must not keep a
// million ticks, so they are counted, as Node's own streams do it.

export type Callback = (error?: Error | null) => void

export class Soon {
  #soon: { callback: Callback; times: number } | undefined

  call(callback: Callback): void {
    if (this.#soon?.callback === callback) {
      this.#soon.times += 1
      return
    }
    const soon = { callback, times: 1 }
    this.#soon = soon
    process.nextTick(() => {
      if (this.#soon === soon) this.#soon = undefined
      for (; soon.times > 0; soon.times--) callback(null)
    })
  }
}
