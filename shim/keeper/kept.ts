// One script that is kept: its process, its output, its time limit, and the note of how it ended. It uses Node's own
// spawn, since the keeper has no packages, and gives the script its pipes as descriptors.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fchownSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { ScriptNote, ScriptOrder } from '../../protocol/keeper.ts'
import { dropNote, leaveNote, reserveNote } from '../leave-note.ts'
import { LogFile } from '../log/log-file.ts'
import { LastLook } from './last-look.ts'
import { Output } from './output.ts'
import type { Pipes } from './pipes.ts'

/** How long to read output after the script has ended, if a process that left its group still holds the pipe. */
const lingerMs = 300
/** A file that was just written may still be open in a process that another thread is starting (ETXTBSY). */
const busyTries = 20
const busyMs = 10

type End = Pick<ScriptNote, 'code' | 'signal'>

export class Kept {
  readonly pid: number
  readonly ended: Promise<ScriptNote>
  #order: ScriptOrder
  #output: Output
  #timedOut = false
  #last = new LastLook()
  #timer: NodeJS.Timeout | undefined

  /**
   * Begins a script.
   * @throws {P8aError} `start_failed` with the system's reason; `run_active` if it has begun already, or was given up
   */
  static async begin(order: ScriptOrder, pipes: Pipes): Promise<Kept> {
    const log = claim(order)
    try {
      reserveNote(order.note)
      for (let tries = 1; ; tries++) {
        const { read, write } = pipes.open()
        try {
          if (order.owner) fchownSync(write, order.owner.uid, order.owner.gid)
          const child = await spawned(order, write)
          return new Kept(order, child, { read, log })
        } catch (error) {
          closeSync(read)
          if ((error as NodeJS.ErrnoException).code !== 'ETXTBSY' || tries === busyTries) throw error
          await delay(busyMs)
        } finally {
          closeSync(write)
        }
      }
    } catch (error) {
      log.close()
      dropNote(order.note)
      throw new P8aError('start_failed', (error as Error).message)
    }
  }

  private constructor(order: ScriptOrder, child: ChildProcess, { read, log }: { read: number; log: LogFile }) {
    this.#order = order
    this.pid = child.pid as number
    this.#last.begun(this.pid)
    this.#output = new Output({ read, log, maxBytes: order.maxOutputBytes, onEnd: () => this.#last.look() })
    if (order.timeoutMs !== undefined) this.#timer = deadline(() => this.#onTimeout(), order.timeoutMs)
    this.ended = new Promise(resolve =>
      child.once('exit', (code, signal) => void this.#onExit({ code, signal }).then(resolve)),
    )
  }

  #onTimeout(): void {
    this.#timedOut = true
    this.#signal('SIGTERM')
    this.#signal('SIGCONT')
    this.#timer = deadline(() => this.#signal('SIGKILL'), this.#order.stopMs)
  }

  async #onExit(seen: End): Promise<ScriptNote> {
    const end = this.#last.end(seen)
    clearTimeout(this.#timer)
    const endedAt = new Date().toISOString()
    // The rest of its group is killed too. While the group has a process, the kernel gives its number to no other.
    this.#signal('SIGKILL')
    const late = deadline(() => this.#output.close(), lingerMs)
    await this.#output.ended
    clearTimeout(late)
    const note: ScriptNote = {
      ...end,
      endedAt,
      timedOut: this.#timedOut,
      outputBytes: this.#output.bytes,
      cut: this.#output.isCut,
    }
    leaveNote(this.#order.note, note)
    return note
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal)
    } catch {
      // No process is left.
    }
  }
}

/**
 * Makes the log of a run. If the log exists, the order is late or a repetition, and begins nothing. The log is not
 * rotated, so it begins with the script's first line.
 */
function claim({ log: file, key }: ScriptOrder): LogFile {
  try {
    closeSync(openSync(file, 'ax', 0o600))
    return new LogFile({ file, maxFileBytes: Number.POSITIVE_INFINITY, maxTotalBytes: Number.POSITIVE_INFINITY })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new P8aError('run_active', `${key} has begun already`)
    throw new P8aError('start_failed', message)
  }
}

async function spawned({ command, env, cwd, stdin }: ScriptOrder, output: number): Promise<ChildProcess> {
  const [program, ...args] = command
  const input = stdin === undefined ? undefined : openSync(stdin, 'r')
  try {
    const child = spawn(program, args, { cwd, env, detached: true, stdio: [input ?? 'ignore', output, output] })
    if (child.pid === undefined) await new Promise((_, reject) => child.once('error', reject))
    return child
  } finally {
    if (input !== undefined) closeSync(input)
  }
}
