// Where apps say that they are up: a fifo that the bench reads. The same for all, with a manager or without.
import { execFileSync } from 'node:child_process'
import { constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isAlive } from './processes.ts'

/** One event in an app; `atMs` is on the clock of `nowMs()`. */
export type Ring = { app: string; event: string; pid: number; atMs: number }

type Waiter = { wants: (ring: Ring) => boolean; resolve: (ring: Ring) => void }

export class Bell {
  readonly file: string
  readonly #socket: Socket
  readonly #rings: Ring[] = []
  readonly #waiters = new Set<Waiter>()

  constructor(dir: string) {
    this.file = join(dir, 'bell')
    execFileSync('mkfifo', ['-m', '600', this.file])
    // For writing too, so that it does not end when the first app closes it.
    this.#socket = new Socket({ fd: openSync(this.file, constants.O_RDWR | constants.O_NONBLOCK), writable: false })
    createInterface({ input: this.#socket }).on('line', line => this.#heard(line))
  }

  /** The first time that an app said `event` since a moment. @throws {Error} after the deadline */
  async ring(app: string, event: string, { sinceMs, deadlineMs = 60_000 }: { sinceMs: number; deadlineMs?: number }) {
    const wants = (ring: Ring) => ring.app === app && ring.event === event && ring.atMs >= sinceMs
    const heard = this.#rings.find(wants)
    if (heard) return heard
    return await new Promise<Ring>((resolve, reject) => {
      const waiter: Waiter = { wants, resolve: ring => done(() => resolve(ring)) }
      const timer = setTimeout(() => done(() => reject(new Error(`${app} was not heard: "${event}"`))), deadlineMs)
      const done = (settle: () => void) => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
        settle()
      }
      this.#waiters.add(waiter)
    })
  }

  /** The living processes that have ever said that they are this app. */
  pids(app: string): number[] {
    const pids = new Set(this.#rings.filter(ring => ring.app === app).map(ring => ring.pid))
    return [...pids].filter(isAlive)
  }

  close(): void {
    this.#socket.destroy()
  }

  #heard(line: string): void {
    const [app = '', event = '', pid, atNs] = line.split(' ')
    const ring = { app, event, pid: Number(pid), atMs: Number(atNs) / 1e6 }
    this.#rings.push(ring)
    for (const waiter of [...this.#waiters]) if (waiter.wants(ring)) waiter.resolve(ring)
  }
}
