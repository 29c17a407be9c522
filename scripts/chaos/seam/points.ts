// The points of a daemon: each call to the system that changes something is one, counted as it comes, and at one of them
// what was ordered happens.
import type { Answer, Order } from './orders.ts'

/** What a call is to do: to fail with `error`, though it is done first where `isDone`; `after` is called when it is done. */
type Passed = { error: Error | undefined; isDone: boolean; after: () => void }

const nothing: Passed = { error: undefined, isDone: false, after: () => {} }

/** What needs room on the disk. */
const writes = ['write', 'writeFile', 'appendFile', 'copyFile', 'handle.write', 'handle.writeFile', 'mkdir']

export class Points {
  /** How far the wall clock that the daemon sees is ahead of the machine's. */
  offsetMs = 0
  #order: Order
  #names: string[] = []
  #hits: string[] = []
  #told = new Set<number>()
  #die: () => void

  /** @param order obeyed from the first call on @param die ends this process at once */
  constructor(order: Order, die: () => void) {
    this.#order = order
    this.#die = die
  }

  /** Counts a call, and does what was ordered for it. `isRead`: it changes nothing, and counts only where reads do. */
  pass(name: string, isRead = false): Passed {
    const order = this.#order
    if (isRead && !((order.do === 'fail' || order.do === 'record') && order.reads)) return nothing
    this.#names.push(name)
    if (order.do === 'fill' && writes.includes(name.split(' ')[0] as string))
      return { ...nothing, ...failure(name, 'ENOSPC') }
    if (!('at' in order) || this.#names.length - 1 !== order.at) return nothing
    this.#hits.push(name)
    if (order.do === 'die') {
      if (order.when === 'before') this.#die()
      return { ...nothing, after: this.#die }
    }
    return { ...nothing, ...failure(name, order.code) }
  }

  /** Counts a word to anyone: what is told cannot be taken back, so that there is a moment before it and one after it. */
  tell(): void {
    this.#told.add(this.#names.length)
  }

  /** @returns what is answered */
  obey(order: Order): Answer {
    if (order.do === 'tell') return { points: this.#names, hits: this.#hits, told: [...this.#told] }
    if (order.do === 'clock') {
      this.offsetMs += order.byMs
      return { points: [], hits: [], told: [] }
    }
    this.#order = order
    this.#names = []
    this.#hits = []
    this.#told.clear()
    return { points: [], hits: [], told: [] }
  }
}

function failure(name: string, wanted: string): Pick<Passed, 'error' | 'isDone'> {
  const isTorn = wanted === 'TORN'
  const code = isTorn ? 'EIO' : wanted
  const error = Object.assign(new Error(`${code}: made to fail, ${name}`), { code, syscall: name.split(' ')[0] })
  // Only a rename can be done and told as failed; another call in its place just fails.
  return { error, isDone: isTorn && name.startsWith('rename ') }
}
