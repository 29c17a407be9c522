// The note of which process a keeper has begun, by which a host finds that process if the keeper is gone. Its room is taken before
// the process begins: on a full disk there would be a process that nobody could find.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { type BegunNote, begunFile } from '../../protocol/keeper.ts'

/** The note has as many bytes before as after. */
const noteBytes = 256

export class BegunNoteFile {
  #file: string
  #fd: number
  #keeper: BegunNote['keeper']
  #isLeft = false

  /** @throws an error of the system, where there is no room for it */
  constructor(exitFile: string, keeper: BegunNote['keeper']) {
    this.#file = begunFile(exitFile)
    this.#keeper = keeper
    this.#fd = openSync(this.#file, 'w', 0o600)
    try {
      this.#write({ pid: 0, startTime: '' })
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** The process is there. */
  leave(begun: Pick<BegunNote, 'pid' | 'startTime'>): void {
    this.#write(begun)
    this.#isLeft = true
  }

  /** Without a process there is no note. */
  close(): void {
    closeSync(this.#fd)
    if (!this.#isLeft) rmSync(this.#file, { force: true })
  }

  #write(begun: Pick<BegunNote, 'pid' | 'startTime'>): void {
    const note: BegunNote = { ...begun, keeper: this.#keeper }
    writeSync(this.#fd, JSON.stringify(note).padEnd(noteBytes), 0)
  }
}
