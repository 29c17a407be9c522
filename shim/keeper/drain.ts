// The pipe that a service writes to, and the process that empties it into a raw file. A service in another language may
// open `/dev/stdout` again, which would empty a file; and a pipe that only the keeper reads would end the service with
// the keeper. So a `cat` of its own empties it, which outlives the keeper.
import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { childPipe } from '../../protocol/run-log.ts'

/** After how long a pipe gets another process in the place of one that is gone. */
const againMs = 100
/** How often to look whether the pipe is still emptied, when the process that does is not our child. */
const lookMs = 250
/** How often to look for the end of it, once that is near. */
const endLookMs = 5
/** A variable by which the process that empties a pipe is known; its value is the pipe. */
const mark = 'P8A_DRAIN'

export class Drain {
  #pipe: string
  #raw: string
  /** This process keeps the reading end too: writers wait while nobody empties the pipe, and are not killed. */
  #read: number | undefined
  #write: number | undefined
  #look: NodeJS.Timeout | undefined
  #again: NodeJS.Timeout | undefined
  #isOver = false

  /** A pipe of that name was made; nobody empties it before {@link empty}. @param raw the file that it is emptied into */
  static begin(raw: string): Drain {
    const drain = new Drain(raw)
    drain.#hold()
    drain.#write = openSync(drain.#pipe, constants.O_WRONLY)
    return drain
  }

  /** Takes up a pipe of a keeper that is gone. */
  static takeUp(raw: string): Drain {
    const drain = new Drain(raw)
    drain.#lookForReader()
    return drain
  }

  private constructor(raw: string) {
    this.#pipe = childPipe(raw)
    this.#raw = raw
  }

  /** The writing end, for a service that is about to begin. Without a writer the pipe would end. */
  get write(): number {
    return this.#write as number
  }

  /**
   * The reading end, for the service too: a writer whose pipe nobody reads would be killed, and both the keeper and the process that empties
   * the pipe may be gone. Undefined where nobody could see then that it is not emptied.
   */
  get read(): number | undefined {
    return process.platform === 'linux' ? this.#read : undefined
  }

  /** Begins the process that empties the pipe. Where that cannot be, the next try comes soon. */
  empty(): void {
    clearTimeout(this.#again)
    this.#again = undefined
    try {
      this.#empty()
    } catch {
      this.#emptyAgain()
    }
  }

  /** The service has the writing end, or there is none. */
  closeWrite(): void {
    if (this.#write !== undefined) closeSync(this.#write)
    this.#write = undefined
  }

  /**
   * Waits until all writers have closed the pipe and it is empty, for up to `ms`. After that the pipe is held until
   * {@link close}, so that a host sees that its output is not whole yet.
   */
  async ended(ms: number): Promise<void> {
    if (this.#again !== undefined) this.empty()
    this.close()
    const giveUpAtMs = performance.now() + ms
    while (this.#hasReader() && performance.now() < giveUpAtMs) await delay(endLookMs)
    try {
      this.#hold()
    } catch {
      // Somebody removed it.
    }
  }

  close(): void {
    this.#isOver = true
    clearInterval(this.#look)
    this.closeWrite()
    if (this.#read !== undefined) closeSync(this.#read)
    this.#read = undefined
  }

  #hold(): void {
    this.#read = openSync(this.#pipe, constants.O_RDONLY | constants.O_NONBLOCK)
  }

  /** A process of its own session: what ends the service's group does not end it. */
  #empty(): void {
    // Opening a reading end that waits for bytes waits for a writer too.
    const writer = openSync(this.#pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    const input = openSync(this.#pipe, constants.O_RDONLY)
    const output = openSync(this.#raw, 'a', 0o600)
    try {
      const env = { ...process.env, [mark]: this.#pipe }
      const child = spawn('cat', [], { stdio: [input, output, 'ignore'], detached: true, cwd: '/', env })
      child.once('error', () => this.#emptyAgain())
      // A full disk ends it, or somebody. With code 0 all writers have closed the pipe.
      child.once('exit', code => {
        if (code !== 0) this.#emptyAgain()
      })
      child.unref()
    } finally {
      for (const fd of [writer, input, output]) closeSync(fd)
    }
  }

  #emptyAgain(): void {
    this.#again = setTimeout(() => {
      if (!this.#isOver) this.empty()
    }, againMs).unref()
  }

  #lookForReader(): void {
    const pid = process.platform === 'linux' ? markedBy(this.#pipe) : undefined
    const isEmptied = () => (process.platform === 'linux' ? isMarked(pid, this.#pipe) : this.#hasReader())
    this.#look = setInterval(() => {
      if (isEmptied()) return
      clearInterval(this.#look)
      try {
        this.#hold()
        this.#empty()
      } catch {
        // The pipe was removed: nobody can empty it any more.
      }
    }, lookMs).unref()
  }

  #hasReader(): boolean {
    try {
      closeSync(openSync(this.#pipe, constants.O_WRONLY | constants.O_NONBLOCK))
      return true
    } catch {
      return false
    }
  }
}

/** The process that empties a pipe. */
function markedBy(pipe: string): string | undefined {
  return readdirSync('/proc').find(name => /^\d+$/.test(name) && isMarked(name, pipe))
}

function isMarked(pid: string | undefined, pipe: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${mark}=${pipe}`)
  } catch {
    // It is gone, or somebody else's.
    return false
  }
}
