// What a child process gets in the place of the pod's own stdout or stderr: a pipe, which `echo > /dev/stdout` and
// `tee /dev/stderr` of a child do not empty as they would a file. Another process empties it into the raw file, so that
// no child waits for the pod's event loop, and nothing that was written is lost with the pod.
import type { ChildProcess } from 'node:child_process'

const fs = process.getBuiltinModule('node:fs')
// Taken now: what is patched later asks this file what to do.
const { closeSync, openSync, unlinkSync } = fs

/**
 * It ends with the last of those that could write. What cannot be written, on a full disk, is lost, as for anyone else, and
 * told of behind it.
 */
const drain =
  'until cat; do sleep 1; echo "p8a: output of child processes was lost here, it could not be written"; done'

/** When a pipe whose other process is gone gets a new one. */
const drainAgainMs = 100

/** Where a program is looked for that the pod's own environment does not say where to find. */
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

  /** The descriptor for a child to write to; undefined where there can be no pipe. */
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
      // The system has no such command, no room for a process, or no descriptor: children write to the file, as the pod does.
      this.#hasFailed = true
    }
  }

  /** This process keeps the reading end too: children wait while nobody empties the pipe, and are not killed. */
  #drain(read: number): void {
    const { spawn } = process.getBuiltinModule('node:child_process')
    const raw = openSync(this.#raw, 'a')
    // Not of the pod's process group: it is to write what is in the pipe when that is killed.
    const options = { stdio: [read, raw, 'ignore'] as const, detached: true, cwd: '/', env: environment() }
    const child = spawn('/bin/sh', ['-c', drain], { ...options, stdio: [...options.stdio] })
    closeSync(raw)
    child.once('error', () => {})
    if (child.pid === undefined) throw new Error('there is no process that empties the pipe')
    child.unref()
    child.once('exit', () => this.#onGone(child, read))
  }

  /** While this process is there the pipe has no end, so somebody killed it. Half of it would go on beside a new one. */
  #onGone({ pid }: ChildProcess, read: number): void {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    } catch {
      // Nothing was left of it.
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
  // To open one end waits for the other, but for this one, whose readers do not wait for anything.
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
