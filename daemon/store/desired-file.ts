// One pod's `pod.json` as the host reads and writes it. It knows the text that it last saw. So it ignores the host's
// own writes, and never overwrites an edit that it has not seen.
import { rename } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import { type Desired, desiredSchema } from './desired.ts'
import { isPassing, parseState, putAside, readStateText, stateText, writeState } from './state-file.ts'

export type Reading =
  | { found: 'unchanged' }
  | { found: 'nothing' }
  | { found: 'desired'; desired: Desired }
  | { found: 'broken'; error: P8aError }

export class DesiredFile {
  readonly file: string
  #seen: string | undefined
  #isSeenRight = false
  /** Whether the system could not read it the last time. */
  #isUnread = false
  /** Its content when it could last be read, or what is kept in its place. */
  #desired: Desired | undefined
  #isSaved = true
  /** The text that what is kept is to replace, as somebody asked. */
  #replaced: string | undefined
  #wallMs: () => number

  constructor(file: string, options: { wallMs: () => number }) {
    this.file = file
    this.#wallMs = options.wallMs
  }

  /** Its content when it could last be read, whether that could be put in force or not; or what is kept in its place. */
  get desired(): Desired | undefined {
    return this.#desired
  }

  /** Whether `desired` is on the disk. */
  get isSaved(): boolean {
    return this.#isSaved
  }

  /** Whether what is kept may be written: no text that cannot be read, and is somebody's, has come since. */
  get isDue(): boolean {
    return !this.#isSaved && (this.#isSeenRight || this.#seen === this.#replaced)
  }

  /** Whether the text that was last seen could be read. */
  get isRight(): boolean {
    return this.#isSeenRight
  }

  /** Looks at the file. A text that was seen before, or that the host wrote, is `unchanged`. */
  async read(): Promise<Reading> {
    try {
      const text = await readStateText(this.file)
      if (text === undefined) return { found: 'nothing' }
      // What is kept in its place is newer, also where it could not be read in between.
      const isNews = text !== this.#seen || (this.#isUnread && this.#isSaved)
      this.#isUnread = false
      if (!isNews) return { found: 'unchanged' }
      this.#seen = text
      this.#isSeenRight = false
      const desired = parseState(this.file, text, desiredSchema)
      this.#isSeenRight = true
      this.#desired = desired
      this.#isSaved = true
      return { found: 'desired', desired }
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      this.#isUnread = isPassing(error)
      return { found: 'broken', error }
    }
  }

  /**
   * Writes a new desired state, durably. If the text on the disk is not ours and cannot be read, it is renamed first.
   * @returns its new name, if it was renamed
   * @throws {P8aError} `no_space`, `save_failed`; `state_broken` if it cannot be known now whether the text is readable
   */
  async write(desired: Desired): Promise<string | undefined> {
    const aside = (await this.#isBroken()) ? await putAside(this.file, this.#wallMs()) : undefined
    const before = this.#seen
    this.#seen = stateText(desired)
    try {
      await writeState(this.file, desired, { durable: true })
      this.#isSeenRight = true
      this.#desired = desired
      this.#isSaved = true
    } catch (error) {
      if (aside !== undefined) await rename(aside, this.file).catch(() => {})
      this.#seen = before
      throw error
    }
    return aside
  }

  /** Keeps what could not be written, until it is, or until somebody has edited the file. */
  keep(desired: Desired): void {
    this.#desired = desired
    this.#isSaved = false
    this.#replaced = this.#seen
  }

  async #isBroken(): Promise<boolean> {
    try {
      const text = await readStateText(this.file)
      if (text === undefined || (text === this.#seen && this.#isSeenRight)) return false
      parseState(this.file, text, desiredSchema)
      return false
    } catch (error) {
      if (isPassing(error)) throw error
      // What is wrong with it was reported when it was read.
      return true
    }
  }
}
