// Pipes for the output of scripts. Node gives its children sockets, which `echo > /dev/stderr` and `tee /dev/stderr`
// cannot open, and a file they would empty. So these are real pipes, made by mkfifo, many at a time since Node itself
// cannot make any.
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'

const batch = 32

/** The ends of a pipe, as descriptors. */
export type Ends = { read: number; write: number }

export class Pipes {
  #dir: string
  #names: string[] = []
  #last = 0

  /** @param dir a directory of its own */
  constructor(dir: string) {
    this.#dir = dir
  }

  /** Opens a pipe that nobody else has. */
  open(): Ends {
    if (this.#names.length === 0) this.#make()
    const name = this.#names.pop() as string
    const read = this.#openRead(name)
    if (read === undefined) return this.open()
    try {
      const write = openSync(name, constants.O_WRONLY)
      unlinkSync(name)
      return { read, write }
    } catch (error) {
      closeSync(read)
      throw error
    }
  }

  /** Removes what is left of them. */
  remove(): void {
    try {
      for (const name of this.#names.splice(0)) unlinkSync(name)
      rmdirSync(this.#dir)
    } catch {
      // What a person removed before us, or put beside; the next host sweeps the directory.
    }
  }

  #openRead(name: string): number | undefined {
    try {
      return openSync(name, constants.O_RDONLY | constants.O_NONBLOCK)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      // Somebody took the directory away, and with it all of them.
      this.#names = []
      return undefined
    }
  }

  #make(): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 })
    const names = Array.from({ length: batch }, () => join(this.#dir, `${process.pid}-${++this.#last}`))
    execFileSync('mkfifo', ['-m', '600', ...names], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#names.push(...names)
  }
}
