// Returns entries in the order in which they began, even if some end later than others that began after them. It knows
// nothing of lines or streams.
import type { LogEntry } from '../../protocol/words.ts'

/** How much text may wait behind an entry that has not ended. */
const maxWaitingLength = 1024 * 1024

/** How much an entry counts beside its text, so that empty entries count too. */
const entryWeight = 100

export class EntryOrder {
  #done: LogEntry[] = []
  /** Entries that have not ended, and those that began after the first of them. */
  #waiting: LogEntry[] = []
  #waitingLength = 0
  #open = new Set<LogEntry>()
  #strict: boolean

  /** @param strict false: entries come out as they end */
  constructor(strict: boolean) {
    this.#strict = strict
  }

  /** Too much waits: open entries should be ended as they are. */
  get isOverfull(): boolean {
    return this.#waitingLength > maxWaitingLength
  }

  /** Takes an entry that is whole. */
  add(entry: LogEntry): void {
    if (this.#waiting.length === 0) this.#done.push(entry)
    else this.#wait(entry)
  }

  /** Takes an entry that has not ended. */
  begin(entry: LogEntry): void {
    if (!this.#strict) return
    this.#open.add(entry)
    this.#wait(entry)
  }

  /** The entry that began has ended. */
  end(entry: LogEntry): void {
    if (!this.#open.delete(entry)) this.#done.push(entry)
    else if (this.#waiting[0] === entry) this.#letGo()
  }

  /** From here on entries come out as they end. */
  loosen(): void {
    this.#strict = false
    this.#waiting = this.#waiting.filter(entry => !this.#open.has(entry))
    this.#open.clear()
    this.#letGo()
  }

  /** The entries that are in order since the last call. */
  take(): LogEntry[] {
    const done = this.#done
    this.#done = []
    return done
  }

  #wait(entry: LogEntry): void {
    this.#waiting.push(entry)
    this.#waitingLength += entry.text.length + entryWeight
  }

  #letGo(): void {
    const firstOpen = this.#waiting.findIndex(entry => this.#open.has(entry))
    const waiting = firstOpen === -1 ? [] : this.#waiting.slice(firstOpen)
    for (const entry of firstOpen === -1 ? this.#waiting : this.#waiting.slice(0, firstOpen)) this.#done.push(entry)
    this.#waiting = waiting
    this.#waitingLength = waiting.reduce((sum, { text }) => sum + text.length + entryWeight, 0)
  }
}
