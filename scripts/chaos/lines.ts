// Reads what a run printed back from its log files, and follows that each line is there once and in order. It goes on
// where it stopped, so that a long run is not read anew at each quiet point.
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseCriLine } from '../../protocol/cri.ts'

/** What a removed or cut log took with it: lines of the pod up to a number, and lines of each of its children, `count` times. */
export type LogHarm = { upTo: number; atMs: number; count: number }

export class RunLines {
  #folder: string
  #number: number
  #harm: LogHarm | undefined
  /** How often the lines of a child have broken off. */
  #breaks = new Map<string, number>()
  /** How far each file was read, by its inode: a rotation renames it. */
  #consumed = new Map<number, number>()
  /** The last number of each who counts. */
  readonly last = new Map<string, number>()
  /** Lines that are missing, and that the log says are. */
  #gap = 0
  #confessed = 0
  count = 0
  /** Whether the disk was full while it may have printed: what it lost last it may not have lived to tell. */
  wasExposed = false

  constructor(folder: string, number: number, harm?: LogHarm) {
    this.#folder = folder
    this.#number = number
    this.#harm = harm
  }

  /** How often the log had been harmed when it was begun to be read. */
  get harms(): number {
    return this.#harm?.count ?? 0
  }

  /** How many lines are missing of which the log says nothing. */
  get unaccounted(): number {
    return Math.max(0, this.#gap - this.#confessed)
  }

  get confessed(): number {
    return this.#confessed
  }

  /** Reads on. @param mayLose whether children may have lost lines, which only they know of @returns complaints */
  read({ mayLose }: { mayLose: boolean }): string[] {
    const complaints: string[] = []
    const take = (file: string, liveInode?: number) => {
      const found = this.#readFile(file, { mayLose, liveInode })
      complaints.push(...(found ?? []))
      return found !== undefined
    }
    const live = join(this.#folder, `${this.#number}.log`)
    // A log that is rotated meanwhile is read by its new name first: the file in its place has later lines.
    for (;;) {
      const liveInode = statSync(live, { throwIfNoEntry: false })?.ino
      for (const file of rotatedFiles(this.#folder, this.#number)) take(file)
      if (liveInode === undefined || take(live, liveInode)) return complaints
    }
  }

  /** Undefined where it is another file than the one that was looked at. */
  #readFile(
    file: string,
    { mayLose, liveInode }: { mayLose: boolean; liveInode: number | undefined },
  ): string[] | undefined {
    const fd = openSync(file, 'r')
    try {
      const { ino, size } = fstatSync(fd)
      if (liveInode !== undefined && ino !== liveInode) return undefined
      const from = this.#consumed.get(ino) ?? 0
      const bytes = Buffer.alloc(size - from)
      readSync(fd, bytes, 0, bytes.length, from)
      const whole = bytes.lastIndexOf(10) + 1
      this.#consumed.set(ino, from + whole)
      const lines = bytes.toString('utf8', 0, whole).split('\n')
      return lines.flatMap(line => this.#take(line, mayLose)).map(complaint => `${file}: ${complaint}`)
    } finally {
      closeSync(fd)
    }
  }

  #take(line: string, mayLose: boolean): string[] {
    if (line === '') return []
    const parsed = parseCriLine(line)
    if (!parsed) return mayLose ? [] : [`no CRI line: ${line.slice(0, 100)}`]
    const { text } = parsed
    const lost = /^p8a: writes lost here because the log could not be written: (\d+)$/.exec(text)
    if (lost) this.#confessed += Number(lost[1])
    const match = /^(line|child|grandchild) (\d+) \.$/.exec(text)
    // Something else that was printed, or half of a line that a full disk cut.
    if (!match) return []
    const [, who, digits] = match as unknown as [string, string, string]
    const [number, last] = [Number(digits), this.last.get(who) ?? 0]
    this.count += 1
    this.last.set(who, Math.max(number, last))
    if (number === last + 1) return []
    if (number <= last) return [`${who} ${number} comes after ${last}`]
    // What p8a could not write it tells; what a child could not, only the child knows.
    if (who === 'line') this.#gap += Math.max(0, number - 1 - Math.max(last, this.#harm?.upTo ?? 0))
    return who === 'line' || mayLose || this.#mayBreak(who)
      ? []
      : [`${who} ${number} comes after ${last}: lines are missing`]
  }

  #mayBreak(who: string): boolean {
    const breaks = (this.#breaks.get(who) ?? 0) + 1
    this.#breaks.set(who, breaks)
    return breaks <= this.harms
  }
}

/** The rotated log files of a run, oldest first. */
function rotatedFiles(folder: string, number: number): string[] {
  const names = readdirSync(folder).filter(name => name.startsWith(`${number}.log.`))
  const order = (name: string) => Number(/\.log\.(\d+)$/.exec(name)?.[1])
  return names.sort((a, b) => order(a) - order(b)).map(name => join(folder, name))
}
