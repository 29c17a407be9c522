// How many files this process may have open at once, and who may take the last descriptors. A host that used all of them
// could accept nobody: neither a client that stops pods, nor a run that says hello. The kernel gives the lowest number
// that is free, so the number of a descriptor tells how many are left.
import { readFile } from 'node:fs/promises'
import type net from 'node:net'
import { nextDescriptor, openPlain } from './plain-file.ts'

/** The part of the kept descriptors that a user may not take: all, or those that others need more. */
const sharesKept = {
  /** The process of a run, and its link. */
  run: 1,
  /** A client that came over TCP: anyone. */
  port: 1 / 2,
  /** A client of the Unix socket: who may stop what is too much. */
  socket: 1 / 4,
  /** A client that is told why it cannot come in. */
  refusal: 1 / 8,
}

export type DescriptorUse = keyof typeof sharesKept

/** Of a low limit no more is kept than this part. */
const mostKept = 1 / 6
/** For how long a link that was refused shows that there is too little room: a run dials again within a moment. */
const shortForMs = 2000

/** Any file that can be opened tells the next number. */
const limitsFile = '/proc/self/limits'

type Options = { limit: number; kept: number; nowMs: () => number }

export class Descriptors {
  readonly #limit: number
  readonly #kept: number
  readonly #nowMs: () => number
  #refusedAtMs = Number.NEGATIVE_INFINITY

  /** @param options.kept how many are kept, of a limit that is high enough */
  constructor({ limit, kept, nowMs }: Options) {
    this.#limit = limit
    this.#kept = Math.min(kept, Math.floor(limit * mostKept))
    this.#nowMs = nowMs
  }

  /** Whether a descriptor with this number may be used so. */
  mayBe(fd: number, use: DescriptorUse): boolean {
    return fd < this.#limit - Math.ceil(this.#kept * sharesKept[use])
  }

  /** Whether a connection may be used so. */
  mayServe(socket: net.Socket, use: DescriptorUse): boolean {
    const mayServe = this.mayBe(fdOf(socket), use)
    if (use === 'run' && !mayServe) this.#refusedAtMs = this.#nowMs()
    return mayServe
  }

  /** Whether runs that live cannot be linked, which is not their fault. */
  get isShort(): boolean {
    return this.#nowMs() - this.#refusedAtMs < shortForMs
  }

  /**
   * Makes sure that a process that is spawned now can be linked.
   * @param booting how many processes boot already, and have no link yet
   * @throws an error with the system's code for too many open files, which says what to do
   */
  async checkRoomForRun(booting: number): Promise<void> {
    if (this.#limit === Number.POSITIVE_INFINITY) return
    const fd = nextDescriptor(limitsFile) ?? (await nextInTime())
    if (!this.mayBe(fd + booting, 'run')) throw this.#noRoom()
  }

  /** What an error says; where this process has no descriptor left, what to do about that. */
  inWords(error: Error): string {
    const isOurs = (error as NodeJS.ErrnoException).code === 'EMFILE' && this.#limit !== Number.POSITIVE_INFINITY
    return isOurs ? this.#noRoom().message : error.message
  }

  /** In words, for a run or a client that finds no room. */
  get shortage(): string {
    return `the host may have only ${this.#limit} files open at once, and needs the rest of them itself`
  }

  #noRoom(): Error {
    return Object.assign(new Error(`${this.shortage}; start it with a higher limit (ulimit -n, LimitNOFILE=)`), {
      code: 'EMFILE',
    })
  }
}

async function nextInTime(): Promise<number> {
  const handle = await openPlain(limitsFile)
  const { fd } = handle
  await handle.close()
  return fd
}

/** How many descriptors this process may have; without /proc there is no limit that is known. */
export async function readDescriptorLimit(): Promise<number> {
  const limits = await readFile(limitsFile, 'latin1').catch(() => '')
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
}

/** Node has no public name for it, and nothing else tells the number. */
function fdOf(socket: net.Socket): number {
  const { _handle } = socket as net.Socket & { _handle?: { fd?: number } | null }
  return _handle?.fd ?? -1
}
