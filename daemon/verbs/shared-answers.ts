// An answer that many ask for at once is made once for all of them: who asks while it is being made gets the next one, so that none is
// older than its question. It does not know what is asked for.

export class SharedAnswers<T> {
  #make: (key: string) => Promise<T>
  #underWay = new Map<string, Promise<T>>()
  #next = new Map<string, Promise<T>>()

  /** @param make makes the answer for a key */
  constructor(make: (key: string) => Promise<T>) {
    this.#make = make
  }

  /** @throws what `make` throws, for all that wait for it */
  of(key: string): Promise<T> {
    const underWay = this.#underWay.get(key)
    if (!underWay) return this.#begin(key)
    const known = this.#next.get(key)
    if (known) return known
    const begin = () => {
      this.#next.delete(key)
      return this.#begin(key)
    }
    const next = underWay.then(begin, begin)
    this.#next.set(key, next)
    return next
  }

  #begin(key: string): Promise<T> {
    const made = this.#make(key).finally(() => {
      if (this.#underWay.get(key) === made) this.#underWay.delete(key)
    })
    this.#underWay.set(key, made)
    return made
  }
}
