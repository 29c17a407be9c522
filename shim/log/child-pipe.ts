// What a child process gets in the place of the pod's own stdout or stderr: a pipe. `echo > /dev/stdout` and `tee
// /dev/stderr` in a child would empty a file. Another process empties the pipe into the raw file, so no child waits for
// the pod's event loop, and nothing is lost if the pod dies.
import type { ChildProcess } from 'node:child_process'
import { drainName } from '../../protocol/run-log.ts'

const fs = process.getBuiltinModule('node:fs')
// Taken now, before these functions are patched.
const { closeSync, openSync, unlinkSync } = fs

/**
 * It ends when the last writer has ended. On a full disk the output is lost, as for every writer, and the loss is
 * reported after it.
 */
const drain =
  'until cat; do sleep 1; echo "p8a: output of child processes was lost here, it could not be written"; done'

/** After how long a pipe gets a new process in the place of one that is gone. */
const drainAgainMs = 100

/** The PATH in which to look for a program if the pod's environment has none. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin'

export class ChildPipe {
  #file: string
  #raw: string
  #ends: { read: number; write: number } | undefined
  #hasFailed = false

  /** @param options.file where the pipe is made @param options.raw what it is emptied into */
  constructor({ file, raw }: { file: string; raw: string }) {
    this.#file = file
    this.#raw = raw
  }

  /** The descriptor for a child to write to; undefined if there can be no pipe. */
  get write(): number | undefined {
    if (this.#ends === undefined && !this.#hasFailed) this.#make()
    return this.#ends?.write
  }

  #make(): void {
    try {
      const { execFileSync } = process.getBuiltinModule('node:child_process')
      execFileSync('mkfifo', ['-m', '600', this.#file], { stdio: 'ignore', env: environment() })
      this.#ends = openEnds(this.#file)
      this.#drain(this.#ends.read)
    } catch {
      // The system has no mkfifo, no room for a process, or no descriptor: then children write to the file.
      this.#hasFailed = true
    }
  }

  /** This process keeps the reading end too: children wait while nobody empties the pipe, and are not killed. */
  #drain(read: number): void {
    const { spawn } = process.getBuiltinModule('node:child_process')
    const raw = openSync(this.#raw, 'a')
    // Not in the pod's process group: when that is killed, this process still writes what is in the pipe.
    const options = { stdio: [read, raw, 'ignore'] as const, detached: true, cwd: '/', env: environment() }
    const child = spawn('/bin/sh', ['-c', drain, drainName], { ...options, stdio: [...options.stdio] })
    closeSync(raw)
    child.once('error', () => {})
    if (child.pid === undefined) throw new Error('there is no process that empties the pipe')
    child.unref()
    child.once('exit', () => this.#onGone(child, read))
  }

  /**
   * While this process lives, the pipe does not end, so somebody killed the other process. If a part of it still ran,
   * it would read beside a new one.
   */
  #onGone({ pid }: ChildProcess, read: number): void {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    } catch {
      // No part of it was left.
    }
    setTimeout(() => this.#drainAgain(read), drainAgainMs).unref()
  }

  #drainAgain(read: number): void {
    try {
      this.#drain(read)
    } catch {
      setTimeout(() => this.#drainAgain(read), drainAgainMs).unref()
    }
  }
}

function openEnds(file: string): { read: number; write: number } {
  const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants
  // Opening one end waits for the other end, except with O_NONBLOCK.
  const first = openSync(file, O_RDONLY | O_NONBLOCK)
  try {
    const write = openSync(file, O_WRONLY)
    return { read: openSync(file, O_RDONLY), write }
  } catch (error) {
    unlinkSync(file)
    throw error
  } finally {
    closeSync(first)
  }
}

function environment(): { PATH: string } {
  return { PATH: process.env.PATH || defaultPath }
}
