// A lease that a run lives by: a file says when it was renewed last. Whoever has the run looks at that file, and ends the run once that is
// too long ago, whether there is a host or not.
import type { Lease } from '../protocol/lease.ts'

const { readFileSync } = process.getBuiltinModule('node:fs')

/** How often it is looked at most; a short lease is looked at more often. */
const mostLookMs = 200

/** When a lease was renewed last, as far as that is known. */
export class Renewed {
  #ms: number
  #isRead = false

  /** @param nowMs until the file has been read once, it counts as renewed then */
  constructor(nowMs: number) {
    this.#ms = nowMs
  }

  /**
   * A file that says nothing, and one of another boot, renews nothing.
   * @param saidMs what the file says, since the boot of the machine; `NaN` if it says nothing
   */
  isOver({ saidMs, nowMs, forMs }: { saidMs: number; nowMs: number; forMs: number }): boolean {
    if (saidMs <= nowMs) {
      this.#ms = this.#isRead ? Math.max(this.#ms, saidMs) : saidMs
      this.#isRead = true
    }
    return nowMs - this.#ms >= forMs
  }
}

export type LeaseSeams = {
  /** Since the boot of the machine, with the time in which it was suspended, whatever its clock says. */
  nowMs: () => number
  read: (file: string) => string
}

/** `node:os` is loaded here, since few runs have a lease. */
function system(): LeaseSeams {
  const { uptime } = process.getBuiltinModule('node:os')
  return { nowMs: () => uptime() * 1000, read: file => readFileSync(file, 'latin1') }
}

/**
 * Looks at a lease, now and until it is over.
 * @param end called once, when it is
 * @returns `look`: looks at once; `close`: looks no more. It keeps no process alive, unless it is told to
 */
export function watchLease(
  { file, forMs }: Lease,
  end: () => void,
  { nowMs, read }: LeaseSeams = system(),
): { look: () => void; close: () => void; hold: () => void } {
  const renewed = new Renewed(nowMs())
  const saidMs = () => {
    try {
      return Number.parseFloat(read(file))
    } catch {
      return Number.NaN
    }
  }
  const look = () => {
    if (!renewed.isOver({ saidMs: saidMs(), nowMs: nowMs(), forMs })) return
    clearInterval(looking)
    end()
  }
  const looking = setInterval(look, Math.min(mostLookMs, forMs / 4)).unref()
  look()
  return { look, close: () => clearInterval(looking), hold: () => looking.ref() }
}
