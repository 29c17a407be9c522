// Processes of shims that a keeper begins, since they need sockets that it holds: a process gets them at its birth, or, if it
// waits as a spare, over a channel that is closed once it has them.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { P8aError } from '../../protocol/errors.ts'
import type { ServiceEnd, ShimOrder } from '../../protocol/keeper.ts'
import { LastLook } from './last-look.ts'
import type { Pipes } from './pipes.ts'
import { handleOf, type Sockets } from './sockets.ts'

const appends =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK

export class KeptShims {
  #sockets: Sockets
  #pipes: Pipes
  #spares = new Map<number, ChildProcess>()

  constructor(sockets: Sockets, pipes: Pipes) {
    this.#sockets = sockets
    this.#pipes = pipes
  }

  /**
   * @param onEnded told once its process is gone
   * @throws {P8aError} `start_failed` with the system's reason
   */
  async begin(order: ShimOrder, onEnded: (pid: number, end: ServiceEnd) => void): Promise<{ pid: number }> {
    const sockets = order.ports === undefined ? undefined : this.#sockets.of(order.ports).map(({ socket }) => socket.fd)
    const child = await this.#spawn(order, sockets ?? ['ipc'])
    const pid = child.pid as number
    const last = new LastLook()
    last.begun(pid)
    child.once('exit', (code, signal) => {
      this.#spares.delete(pid)
      onEnded(pid, last.end({ code, signal }))
    })
    if (!sockets) this.#spares.set(pid, child)
    return { pid }
  }

  /** @throws {P8aError} `start_failed` if it is no spare any more, or the pod has no sockets */
  async give({ pid, key }: { pid: number; key: string }): Promise<void> {
    const spare = this.#spares.get(pid)
    if (!spare?.connected) throw new P8aError('start_failed', 'It cannot be given sockets')
    const held = this.#sockets.of(key)
    this.#spares.delete(pid)
    for (const { port, socket } of held) await sent(spare, port.name, handleOf(socket))
  }

  async #spawn({ command: [program, ...args], ...order }: ShimOrder, more: (number | 'ipc')[]): Promise<ChildProcess> {
    const opened: number[] = []
    const open = (file: string, flags: number) => {
      const fd = openSync(file, flags, 0o600)
      opened.push(fd)
      return fd
    }
    try {
      if (order.stdin !== undefined) this.#pipes.make(order.stdin)
      // It has both ends, so that the pipe does not end when a writer does.
      const stdin = order.stdin === undefined ? 'ignore' : open(order.stdin, constants.O_RDWR)
      const stdio: (number | 'ignore' | 'ipc')[] = [
        stdin,
        open(order.stdout, appends),
        open(order.stderr, appends),
        ...more,
      ]
      const child = spawn(program, args, { cwd: order.cwd, env: order.env, detached: true, stdio })
      if (child.pid === undefined) await new Promise((_, reject) => child.once('error', reject))
      child.on('error', () => {})
      child.unref()
      child.channel?.unref()
      return child
    } catch (error) {
      throw new P8aError('start_failed', (error as Error).message)
    } finally {
      for (const fd of opened) closeSync(fd)
    }
  }
}

async function sent(spare: ChildProcess, name: string, handle: object): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Node sends handles below its servers too; its types do not say so. The keeper's own stays open.
  spare.send({ name }, handle as Parameters<ChildProcess['send']>[1], error => (error ? reject(error) : resolve()))
  await Promise.race([promise, once(spare, 'exit').then(() => Promise.reject(new Error('It has ended')))])
}
