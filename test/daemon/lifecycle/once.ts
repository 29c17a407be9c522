// Results that are worked out once.

/** What follows from an object, and from what a text says, worked out once. */
export class Once<From extends object, To> {
  #known = new WeakMap<From, Map<string, To>>()

  get(from: From, text: string, work: () => To): To {
    const known = this.#known.get(from) ?? new Map<string, To>()
    if (known.size === 0) this.#known.set(from, known)
    const found = known.get(text) ?? work()
    known.set(text, found)
    return found
  }
}
