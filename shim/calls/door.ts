// The socket at which other runs dial this one. It opens when the host first admits one, or at the start of a run that is
// sure to be called, and lets in only those that show a grant.
import { access, chmod, mkdir, rm, stat } from 'node:fs/promises'
import net from 'node:net'
import { dirname } from 'node:path'
import { maxGrantLineBytes, says } from '../../protocol/calls.ts'
import { readWindow } from '../../protocol/channel/window.ts'
import { deadline } from '../../protocol/deadline.ts'
import type { Admission } from '../../protocol/link.ts'
import { splitPath } from '../../protocol/names.ts'
import type { Asker } from '../../protocol/words.ts'
import { Admitted, type Caller, type Reachable } from './admitted.ts'
import { OnceCalls } from './once.ts'

const backlog = 1024
/** How long a connection may take to show its grant. */
const grantMs = 2000
/** How long an unused grant is valid. */
const graceMs = 60_000
const newline = 10

export class Door {
  #reachable: Reachable
  #timeoutMs: number
  /** The grants, each for one connection. */
  #grants = new Map<string, { caller: string; by: Asker; untilMs: number }>()
  #server: net.Server | undefined
  #turn: Promise<void> = Promise.resolve()
  #once = new OnceCalls()
  #admitted = new Set<Admitted>()

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

  /** Resolves once `caller` may dial. */
  async admit({ grant, caller, socket, by = unknownRights(caller) }: Admission): Promise<void> {
    const nowMs = performance.now()
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
    if (this.#server && (await isThere(path))) return await share(path)
    this.#server?.close()
    const server = net.createServer(socket => this.#onConnection(socket))
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await rm(path, { force: true })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ path, backlog }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    // For example too many open files: a run that dials now is not served, a later one is.
    server.on('error', () => {})
    // What keeps the process is its link and its pod.
    server.unref()
    await share(path)
    this.#server = server
  }

  #onConnection(socket: net.Socket): void {
    let seen: Buffer = Buffer.alloc(0)
    const late = deadline(() => socket.destroy(), grantMs)
    // The close that follows every error does the rest.
    const onError = () => {}
    const onClose = () => clearTimeout(late)
    const onData = (chunk: Buffer) => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
      const end = seen.subarray(0, maxGrantLineBytes).indexOf(newline)
      if (end === -1 && seen.length < maxGrantLineBytes) return
      clearTimeout(late)
      const caller = end === -1 ? undefined : this.#admittedBy(seen.subarray(0, end).toString())
      if (caller === undefined) return void socket.destroy()
      socket.off('data', onData).off('error', onError).off('close', onClose)
      const admitted = new Admitted(socket, this.#reachable, caller, this.#once)
      this.#admitted.add(admitted)
      socket.on('close', () => this.#admitted.delete(admitted))
      if (end + 1 < seen.length) admitted.receive(seen.subarray(end + 1))
    }
    socket.on('data', onData).on('error', onError).on('close', onClose)
  }

  /** The caller whose grant a line shows. A grant works once. */
  #admittedBy(line: string): Caller | undefined {
    try {
      const { method, params } = JSON.parse(line) as { method?: unknown; params?: unknown[] }
      const [grant, ...window] = params ?? []
      if (method !== says.grant || typeof grant !== 'string') return undefined
      const admitted = this.#grants.get(grant)
      this.#grants.delete(grant)
      if (!admitted || admitted.untilMs < performance.now()) return undefined
      const { caller, by } = admitted
      return { run: caller, by, timeoutMs: this.#timeoutMs, window: readWindow(window) }
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
async function share(path: string): Promise<void> {
  const { mode } = await stat(dirname(path))
  await chmod(path, mode & 0o001 ? 0o666 : 0o600)
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
