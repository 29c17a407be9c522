// A process beside the keeper that has the sockets of pods too: if the keeper is killed, it becomes the next one, which inherits them.
// Until then it is a shell that waits for the end of its input, which takes less than a megabyte.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GuardNote, guardNote, type PortsOrder } from '../../protocol/keeper.ts'
import { linkEnv } from '../../protocol/link.ts'
import { startTimeOf } from './start-time.ts'

/** Its input ends with the keeper, whatever ends that. */
const becomeKeeper = 'read -r over || exec "$0" "$@" </dev/null'
/** Its first socket: the descriptor that says whose they are is behind the last one. */
const firstSocket = 3
/** Pods that get sockets soon after each other are given to it together: after one was begun, the next waits for so many times as long as that took. */
const restTimes = 10
const longestRestMs = 250

type Sockets = { heldAt(key: string): { order: PortsOrder; fds: number[] } | undefined }
/** How a keeper is begun: `dir` is its own directory. */
export type Beginning = { command: readonly [string, ...string[]]; env: NodeJS.ProcessEnv; dir: string }

export class Guard {
  #sockets: Sockets
  #keeper: Beginning
  #wanted = new Set<string>()
  #has = new Set<string>()
  /** What it has too, until another one is in its place. */
  #leaving = new Set<string>()
  #child: ChildProcess | undefined
  /** What is killed has its sockets until it is gone: another one took its place, or nobody is to. */
  #ending = new Set<Promise<unknown>>()
  /** When the next one may begin. */
  #nextMs = 0
  #covering = Promise.withResolvers<void>()
  #timer: NodeJS.Timeout | undefined

  /** @param keeper what began this one, and begins the next */
  constructor(sockets: Sockets, keeper: Beginning) {
    this.#sockets = sockets
    this.#keeper = keeper
  }

  /** It is to have the sockets of that pod. Resolves once it has them, or cannot have them now. */
  async cover(key: string): Promise<void> {
    this.#wanted.add(key)
    if (this.#has.has(key)) return
    this.#soon()
    await this.#covering.promise
  }

  /** Resolves once it does not have the sockets of that pod. */
  async uncover(key: string): Promise<void> {
    this.#wanted.delete(key)
    if (this.#has.delete(key)) this.#leaving.add(key)
    if (this.#leaving.has(key)) {
      this.#soon()
      // It has the sockets of others until the next one has them.
      await this.#covering.promise
    }
    // One whose place another took may have them still.
    await Promise.all(this.#ending)
  }

  /** The keeper ends by itself. @returns `exited` resolves once nobody has sockets by this one */
  end(): { exited: Promise<unknown> } {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#has.clear()
    this.#leaving.clear()
    this.#covered()
    const child = this.#child
    this.#child = undefined
    rmSync(join(this.#keeper.dir, guardNote), { force: true })
    if (child) this.#kill(child)
    return { exited: Promise.all(this.#ending) }
  }

  #kill(child: ChildProcess): void {
    const ended = endOf(child).finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }

  #soon(): void {
    const waitMs = Math.max(0, this.#nextMs - performance.now())
    this.#timer ??= setTimeout(() => this.#begin(), waitMs)
  }

  #begin(): void {
    this.#timer = undefined
    const begunMs = performance.now()
    const held = [...this.#wanted].flatMap(key => this.#sockets.heldAt(key) ?? [])
    try {
      if (held.length > 0) this.#spawn(held)
    } catch (error) {
      // With too few descriptors, or a full disk: all is as without it.
      process.stderr.write(`Sockets of pods are held by one process alone: ${error}\n`)
    }
    if (this.#leaving.size > 0) this.end()
    const nowMs = performance.now()
    this.#nextMs = nowMs + Math.min(longestRestMs, restTimes * (nowMs - begunMs))
    this.#covered()
  }

  #covered(): void {
    this.#covering.resolve()
    this.#covering = Promise.withResolvers()
  }

  #spawn(held: readonly { order: PortsOrder; fds: number[] }[]): void {
    const orders = held.map(({ order }) => order)
    const fds = held.flatMap(({ fds }) => fds)
    const told = this.#told(orders)
    const { command, dir, env } = this.#keeper
    const child = spawn('/bin/sh', ['-c', becomeKeeper, ...command], {
      cwd: dir,
      env: { ...env, [linkEnv.ports]: undefined, [linkEnv.guarded]: String(firstSocket + fds.length) },
      detached: true,
      stdio: ['pipe', 'inherit', 'inherit', ...fds, told],
    })
    closeSync(told)
    child.on('error', error => process.stderr.write(`${error}\n`))
    child.on('exit', () => this.#onExit(child))
    child.stdin?.on('error', () => {})
    child.unref()
    ;(child.stdin as { unref?(): void } | null)?.unref?.()
    if (child.pid === undefined) return
    const before = this.#child
    this.#child = child
    this.#has = new Set(orders.map(({ key }) => key))
    this.#leaving.clear()
    const note: GuardNote = { keeper: identity(process.pid), guard: identity(child.pid) }
    try {
      renameSync(this.#write(guardNote, note), join(this.#keeper.dir, guardNote))
    } finally {
      // Also without a note: two of them would both become keepers.
      if (before) this.#kill(before)
    }
  }

  /** Somebody has ended it. */
  #onExit(child: ChildProcess): void {
    if (child !== this.#child) return
    this.#child = undefined
    this.#has.clear()
    this.#leaving.clear()
    if (this.#wanted.size > 0) this.#soon()
  }

  /** A descriptor that says what the next keeper inherits: a variable has no room for many. */
  #told(orders: readonly PortsOrder[]): number {
    const file = this.#write('guarded', orders)
    try {
      return openSync(file, 'r')
    } finally {
      rmSync(file)
    }
  }

  /** @returns the path of a new file: whoever looks for it by its name later finds it whole */
  #write(name: string, value: unknown): string {
    mkdirSync(this.#keeper.dir, { recursive: true, mode: 0o700 })
    const file = join(this.#keeper.dir, `${name}.next`)
    writeFileSync(file, JSON.stringify(value), { mode: 0o600 })
    return file
  }
}

/** What a keeper that was a guard has from its beginning, in this order. @throws what the system says */
export function guardedOrders(told: string): PortsOrder[] {
  const fd = Number(told)
  try {
    return JSON.parse(readFileSync(fd, 'utf8')) as PortsOrder[]
  } finally {
    closeSync(fd)
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

function identity(pid: number): { pid: number; startTime: string } {
  return { pid, startTime: startTimeOf(pid) ?? 'gone' }
}
