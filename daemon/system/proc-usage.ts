// What processes use of cpu and memory, as Linux tells it. Each look opens a file and closes it again: what is looked at for
// ever must hold no descriptor for each process.
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { setImmediate as othersTurn } from 'node:timers/promises'

/** `seconds`: of CPU in all. */
export type ProcUsed = { cpu: number; memory: number; seconds: number }

type Look = { startTicks: number; ticks: number; atMs: number }

/** The kernel tells times in hundredths of a second, whatever it counts in. */
const tickMs = 10
/** The sizes that a page of memory may have. */
const pageSizes = [4096, 16_384, 65_536]
/** So many are read before others have their turn: some milliseconds. */
const inOneTurn = 100

export class ProcUsage {
  #before = new Map<number, Look>()
  #pageSize: number | undefined
  #read: (file: string) => string

  /** @param read gives the text of a file below /proc */
  constructor(read: (file: string) => string = textOf) {
    this.#read = read
  }

  /**
   * Per cent of one core since the last look, at first since its start, and resident bytes, by pid. Those that are gone are
   * left out, and forgotten.
   */
  async look(pids: readonly number[], nowMs = uptime() * 1000): Promise<Record<number, ProcUsed>> {
    const pageSize = this.#sizeOfPage()
    if (pageSize === undefined) return {}
    const used: Record<number, ProcUsed> = {}
    const looks = new Map<number, Look>()
    for (const [index, pid] of pids.entries()) {
      if (index % inOneTurn === inOneTurn - 1) await othersTurn()
      const stat = this.#statOf(pid)
      const known = this.#before.get(pid)
      // One that cannot be seen now is measured from its last look on, once it can be.
      if (stat === 'unseen' && known) looks.set(pid, known)
      if (!stat || stat === 'unseen') continue
      const { startTicks, ticks, pages } = stat
      // Another process may have been given the same pid.
      const before = known?.startTicks === startTicks ? known : { ticks: 0, atMs: startTicks * tickMs }
      const spanMs = Math.max(tickMs, nowMs - before.atMs)
      const cpu = ((ticks - before.ticks) * tickMs * 100) / spanMs
      used[pid] = { cpu, memory: pages * pageSize, seconds: (ticks * tickMs) / 1000 }
      looks.set(pid, { startTicks, ticks, atMs: nowMs })
    }
    this.#before = looks
    return used
  }

  /** Undefined where even its own memory cannot be seen now: a guess would be kept for ever. */
  #sizeOfPage(): number | undefined {
    if (this.#pageSize !== undefined) return this.#pageSize
    const own = this.#statOf('self')
    if (!own || own === 'unseen') return undefined
    this.#pageSize = nearest(process.memoryUsage.rss() / Math.max(1, own.pages))
    return this.#pageSize
  }

  /** Undefined if it is gone, `unseen` where the system does not tell now, as without a descriptor. */
  #statOf(pid: number | 'self'): { startTicks: number; ticks: number; pages: number } | 'unseen' | undefined {
    let text: string
    try {
      text = this.#read(`/proc/${pid}/stat`)
    } catch (error) {
      return ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '') ? undefined : 'unseen'
    }
    // The name stands in brackets, and may have any character.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [user = 0, system = 0, startTicks = 0, pages = 0] = [11, 12, 19, 21].map(at => fields[at])
    return { startTicks, ticks: user + system, pages }
  }
}

/** The kernel has the answer at once; to let a thread ask costs more than the answer. */
function textOf(file: string): string {
  return readFileSync(file, 'latin1')
}

function nearest(size: number): number {
  return pageSizes.reduce((best, one) => (Math.abs(one - size) < Math.abs(best - size) ? one : best), 4096)
}
