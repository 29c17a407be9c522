// How a child has ended, where Node calls it code 0 since a signal for which it has no name, such as a real-time one, killed it.
// The kernel tells by the descriptor of a process, also after Node has reaped the process (Linux 6.15). An older one tells in /proc
// until then. So somebody has to look before: Node hears what its streams tell before it hears of an end, in the same turn.
// Streams tell that the descriptor of the process can be read; and, for a Node without `node:ffi`, that what the child holds was closed.
import { closeSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { constants } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Ending, endingOf, endingOfStatus } from '../../protocol/signals.ts'
import { openProcess, statusOfEnded, streamOf } from './system-calls.ts'

export class LastLook {
  #pid: number | undefined
  #process: number | undefined
  #seen: Ending | undefined
  #isHeld = true

  /** The child has begun. To be called in the turn in which it did: later it may have been reaped. */
  begun(pid: number): void {
    this.#pid = pid
    this.#process = openProcess(pid)
    if (this.#process === undefined) return
    // There is nothing to read there: the read fails once it is tried, which is when the child has ended.
    streamOf(this.#process)
      ?.on('error', () => this.look())
      .unref()
  }

  /**
   * Looks when the last writer of a pipe has closed it. Called before the child begins: of one that ends at once, Node would hear
   * first that it has ended. Resolves once the pipe is listened to.
   * @param read its reading end, which is closed here
   */
  async onEndOf(read: number): Promise<void> {
    const pipe = new net.Socket({ fd: read, readable: true, writable: false })
    // Nobody writes there; and the close that follows an error is enough.
    pipe
      .on('error', () => {})
      .on('end', () => {
        this.#isHeld = false
        this.look()
      })
    pipe.resume().unref()
    await nextTurn()
  }

  /** Whether anything has the pipe of {@link onEndOf} still, as what a child that has ended left behind may. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Something that the child holds was closed: perhaps it ends. */
  look(): void {
    if (this.#pid === undefined) return
    try {
      this.#seen = endingOf(readFileSync(`/proc/${this.#pid}/stat`, 'latin1'), constants.signals)
    } catch {
      // It is gone, or this is no Linux.
    }
  }

  /** How it has ended. Called once. @param told what Node says */
  end(told: Ending): Ending {
    const exact = this.#process === undefined ? undefined : this.#askKernel(this.#process)
    const seen = exact ?? this.#seen
    return told.code === 0 && seen?.signal ? seen : told
  }

  #askKernel(process: number): Ending | undefined {
    const status = statusOfEnded(process)
    closeSync(process)
    return status === undefined ? undefined : endingOfStatus(status, constants.signals)
  }
}
