// How far the logs were sent: the time of the last line that was taken, and how many of that very time were.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

export type Position = { time: string; count: number }

export class PositionFile {
  #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** Undefined if there is none yet, or none that can be read: then it begins now. */
  read(): Position | undefined {
    try {
      const { time, count } = JSON.parse(readFileSync(this.#file, 'utf8')) as Partial<Position>
      return typeof time === 'string' && !Number.isNaN(Date.parse(time)) && typeof count === 'number'
        ? { time, count }
        : undefined
    } catch {
      return undefined
    }
  }

  write(position: Position): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(position))
    renameSync(`${this.#file}.new`, this.#file)
  }
}
