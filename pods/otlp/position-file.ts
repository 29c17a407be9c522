// How far the logs were sent: the time of the last line that was taken, and how many of that very time were.
import { readFileSync } from 'node:fs'
import { writeWholeSync } from '../whole-file.ts'

export type Position = { time: string; count: number }

export class PositionFile {
  #file: string

  constructor(file: string) {
    this.#file = file
  }

  /**
   * Undefined if there is none yet, or what is there is none: then it begins now.
   * @throws the system's error where it cannot be read now: what is behind it would never be sent
   */
  read(): Position | undefined {
    const { time, count } = parsed(this.#text()) ?? {}
    return typeof time === 'string' && !Number.isNaN(Date.parse(time)) && typeof count === 'number'
      ? { time, count }
      : undefined
  }

  /** @throws the system's error; then the position is as before */
  write(position: Position): void {
    writeWholeSync(this.#file, JSON.stringify(position))
  }

  #text(): string {
    try {
      return readFileSync(this.#file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      throw error
    }
  }
}

function parsed(text: string): Partial<Position> | undefined {
  try {
    return (JSON.parse(text) as Partial<Position> | null) ?? undefined
  } catch {
    return undefined
  }
}
