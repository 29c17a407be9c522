// Pipes for the output of scripts and services. Node gives its children sockets, which `echo > /dev/stderr` and `tee /dev/stderr`
// cannot open, and they would empty a file. So these are real pipes. mkfifo makes them, many at a time, since Node
// itself cannot.
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
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

  /** Opens a new pipe. */
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

  /** Makes a pipe that keeps its name, so that others can open it. */
  make(file: string): void {
    if (this.#names.length === 0) this.#make()
    try {
      renameSync(this.#names.pop() as string, file)
    } catch {
      // The name lies on another disk, or somebody removed the directory, and with it all pipes.
      this.#names = []
      execFileSync('mkfifo', ['-m', '600', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    }
  }

  /** Removes what is left of them. */
  remove(): void {
    try {
      for (const name of this.#names.splice(0)) unlinkSync(name)
      rmdirSync(this.#dir)
    } catch {
      // A person removed a pipe before us, or put something beside it; the next host cleans the directory.
    }
  }

  #openRead(name: string): number | undefined {
    try {
      return openSync(name, constants.O_RDONLY | constants.O_NONBLOCK)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      // Somebody removed the directory, and with it all pipes.
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
