// No manager at all: `spawn('node', ['app.js'])`, which everything is compared with.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { App } from './manager.ts'

export class Bare {
  readonly #env: Record<string, string>
  readonly #dir: string
  readonly #children = new Map<number, ChildProcess>()

  constructor({ dir, env }: { dir: string; env: Record<string, string> }) {
    this.#dir = dir
    this.#env = env
  }

  /** @param log where its output goes, as by `>` in a shell; nowhere by default */
  start(app: App, log?: string): ChildProcess & { pid: number } {
    const output = log === undefined ? 'ignore' : openSync(log, 'w')
    const child = spawn(app.program ?? process.execPath, [app.file], {
      cwd: this.#dir,
      env: { ...this.#env, ...app.settings },
      stdio: ['ignore', output, output],
    })
    if (typeof output === 'number') closeSync(output)
    if (child.pid === undefined) throw new Error(`Cannot start ${app.file}`)
    this.#children.set(child.pid, child)
    child.once('exit', () => this.#children.delete(child.pid as number))
    return child as ChildProcess & { pid: number }
  }

  /** Kills what it has started, and waits for the end. */
  async stopAll(): Promise<void> {
    await Promise.all(
      [...this.#children.values()].map(async child => {
        const ended = new Promise(resolve => child.once('exit', resolve))
        child.kill('SIGKILL')
        await ended
      }),
    )
  }
}
