// Where the sockets of ways are: in the storage of the fleet pod, and where their paths would be too long for the kernel there, in a folder of its own
// among the system's temporary files. Each has the same path every time: a gateway goes on with what it was told while a fleet pod begins anew.
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The kernel keeps a socket's path in 108 bytes, of which the last is a zero. */
const mostPathBytes = 107

export class WayFolders {
  #folder: string
  #short: string
  #isShortMade = false

  /** @param folder for the sockets, and nothing else: what an earlier process has left there leads nowhere, and goes */
  constructor(folder: string) {
    this.#folder = folder
    this.#short = join(tmpdir(), `p8a-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** @returns the path of a pod's socket. @throws {Error} if it would be too long wherever it is, or the other folder cannot be this process's own */
  pathFor(pod: string): string {
    const path = join(this.#folder, pod)
    if (fits(path)) return path
    const short = join(this.#short, pod)
    if (!fits(short)) throw new Error(`the path of its socket is longer than ${mostPathBytes} bytes: ${short}`)
    if (this.#isShortMade) return short
    rmSync(this.#short, { recursive: true, force: true })
    // Not one that somebody else has made meanwhile: everybody may write there.
    mkdirSync(this.#short, { mode: 0o700 })
    this.#isShortMade = true
    return short
  }

  close(): void {
    if (this.#isShortMade) rmSync(this.#short, { recursive: true, force: true })
  }
}

const fits = (path: string): boolean => Buffer.byteLength(path) <= mostPathBytes
