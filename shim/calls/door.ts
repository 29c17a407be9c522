// The socket at which other runs dial this one. It opens when the host first admits one, or at the start of a run that is
// sure to be called, and lets in only those that show a grant.

import type { Socket } from 'node:net'
import { dirname } from 'node:path'
import { maxGrantLineBytes, says } from '../../protocol/calls.ts'
import { readWindow } from '../../protocol/channel/window.ts'
import { deadline, monotonicMs } from '../../protocol/deadline.ts'
import type { Admission } from '../../protocol/link.ts'
import { splitPath } from '../../protocol/names.ts'
import type { Asker } from '../../protocol/words.ts'
import { Admitted, type Caller, type Reachable } from './admitted.ts'
import { OnceCalls } from './once.ts'
import { listenAt, type PipeServer } from './pipe-server.ts'

const { chmodSync, existsSync, mkdirSync, rmSync, statSync } = process.getBuiltinModule('node:fs')

/** How long a connection may take to show its grant. */
const grantMs = 2000
/** How long an unused grant is valid. */
const graceMs = 60_000
const newline = 10

export class Door {
  #reachable: Reachable
  #timeoutMs: number
  /** The grants, each for one connection. */
  #grants = new Map<string, { caller: string; by: Asker; untilMs: number; isLeft?: true }>()
  #server: PipeServer | undefined
  #turn: Promise<void> = Promise.resolve()
  #once = new OnceCalls()
  #admitted = new Set<Admitted>()
  /** How many connections have not shown their grant. */
  #coming = 0

  /** @param options.timeoutMs how long a caller waits if it does not say */
  constructor(reachable: Reachable, options: { timeoutMs: number }) {
    this.#reachable = reachable
    this.#timeoutMs = options.timeoutMs
  }

  /** How many calls are under way. */
  get busy(): number {
    let busy = 0
    for (const admitted of this.#admitted) busy += admitted.busy
    return busy
  }

  /** How many of its callers have not hung up, which they do once they hear that it leaves. */
  get unheard(): number {
    return this.#coming + [...this.#admitted].filter(({ isLeaving }) => isLeaving).length
  }

  /** No call of those that were let in so far begins. Whoever is let in later has named this very run. */
  leave(): void {
    for (const grant of this.#grants.values()) grant.isLeft = true
    for (const admitted of this.#admitted) admitted.leave()
  }

  /** Resolves once `caller` may dial. */
  async admit({ grant, caller, socket, by = unknownRights(caller) }: Admission): Promise<void> {
    const nowMs = monotonicMs()
    for (const [old, { untilMs }] of this.#grants) if (untilMs < nowMs) this.#grants.delete(old)
    this.#grants.set(grant, { caller, by, untilMs: nowMs + graceMs })
    await this.open(socket)
  }

  /** Listens there, if it does not. */
  async open(socket: string): Promise<void> {
    const opened = this.#turn.then(() => this.#open(socket))
    // A failure is for whoever asks now; the next one tries again.
    this.#turn = opened.catch(() => {})
    await opened
  }

  async #open(path: string): Promise<void> {
    if (this.#server && existsSync(path)) return share(path)
    this.#server?.close()
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(path, { force: true })
    this.#server = await listenAt(path, socket => this.#onConnection(socket))
    share(path)
  }

  #onConnection(socket: Socket): void {
    let seen: Buffer = Buffer.alloc(0)
    const late = deadline(() => socket.destroy(), grantMs)
    // The close that follows every error does the rest.
    const onError = () => {}
    const onClose = () => {
      clearTimeout(late)
      this.#coming--
    }
    this.#coming++
    const onData = (chunk: Buffer) => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
      const end = seen.subarray(0, maxGrantLineBytes).indexOf(newline)
      if (end === -1 && seen.length < maxGrantLineBytes) return
      clearTimeout(late)
      const admission = end === -1 ? undefined : this.#admittedBy(seen.subarray(0, end).toString())
      if (admission === undefined) return void socket.destroy()
      socket.off('data', onData).off('error', onError).off('close', onClose)
      this.#coming--
      const admitted = new Admitted(socket, this.#reachable, admission.caller, this.#once)
      this.#admitted.add(admitted)
      if (admission.isLeft) admitted.leave()
      socket.on('close', () => this.#admitted.delete(admitted))
      if (end + 1 < seen.length) admitted.receive(seen.subarray(end + 1))
    }
    socket.on('data', onData).on('error', onError).on('close', onClose)
  }

  /** The caller whose grant a line shows. A grant works once. */
  #admittedBy(line: string): { caller: Caller; isLeft: boolean } | undefined {
    try {
      const { method, params } = JSON.parse(line) as { method?: unknown; params?: unknown[] }
      const [grant, values, bytes, hearsLeaving] = params ?? []
      if (method !== says.grant || typeof grant !== 'string') return undefined
      const admitted = this.#grants.get(grant)
      this.#grants.delete(grant)
      if (!admitted || admitted.untilMs < monotonicMs()) return undefined
      const { caller: run, by, isLeft = false } = admitted
      const window = readWindow([values, bytes])
      return { caller: { run, by, timeoutMs: this.#timeoutMs, window, hearsLeaving: hearsLeaving === true }, isLeft }
    } catch {
      // The line is not JSON, so it is not from a run.
      return undefined
    }
  }
}

/** What is known of a run that an older host admits: it may at least look. */
function unknownRights(caller: string): Asker {
  return { name: caller, role: 'read', path: splitPath(caller).path }
}

/** Where others may enter the folder, runs of other users are among the callers: then a grant alone lets in. */
function share(path: string): void {
  const { mode } = statSync(dirname(path))
  chmodSync(path, mode & 0o001 ? 0o666 : 0o600)
}
