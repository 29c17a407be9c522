// Results that are worked out once.

/** What follows from an object, and from what a text says, worked out once. */
export class Once<From extends object, To> {
  #known = new Map<From, Map<string, To>>()

  get(from: From, text: string, work: () => To): To {
    const before = this.#known.get(from)
    const found = before?.get(text)
    if (found !== undefined) return found
    const known = before ?? new Map<string, To>()
    if (!before) this.#known.set(from, known)
    const made = work()
    known.set(text, made)
    return made
  }
}
