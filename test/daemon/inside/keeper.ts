// The keeper that is not there: its end of the link, and scripts and services that the machine runs for it.
import net from 'node:net'
import { P8aError } from '../../../protocol/errors.ts'
import type { ScriptNote, ScriptOrder, ServiceLeft, ServiceOrder, ToKeeper } from '../../../protocol/keeper.ts'
import { LineSplitter } from '../../../protocol/lines.ts'
import type { ToHost } from '../../../protocol/link.ts'
import { Peer } from '../../../protocol/peer.ts'
import type { Service } from './service.ts'
import type { Given } from './shim.ts'

type Keeping = {
  version: string
  run: (order: ScriptOrder) => Promise<{ pid: number; ended: Promise<ScriptNote> }>
  serve: (order: ServiceOrder) => Service
  gone: (pid: number) => Promise<void>
}

export class Keeper {
  readonly identity: Given['identity']
  hasEnded = false
  isRetired = false
  #given: Given
  #keeping: Keeping
  #scripts = new Map<string, number>()
  #services = new Map<string, number>()
  /** What it took up of keepers that are gone, and what it was told that nothing is left of. */
  readonly taken: ServiceLeft[] = []
  readonly released: string[] = []
  #socket: net.Socket | undefined

  constructor(given: Given, keeping: Keeping) {
    this.#given = given
    this.#keeping = keeping
    this.identity = given.identity
  }

  dial(): void {
    if (this.hasEnded) return
    this.#socket?.destroy()
    const socket = net.connect(this.#given.socket)
    const peer = new Peer<ToHost, ToKeeper>(
      line => socket.write(`${line}\n`),
      {
        begin: async order => {
          const { pid, ended } = await this.#keeping.run(order)
          this.#scripts.set(order.key, pid)
          void ended.then(note => {
            this.#scripts.delete(order.key)
            peer.notify('scriptEnded', { key: order.key, note })
          })
          return { pid }
        },
        beginService: order => {
          const { identity, ended } = this.#keeping.serve(order)
          this.#services.set(order.key, identity.pid)
          void ended.then(end => {
            this.#services.delete(order.key)
            peer.notify('serviceEnded', { key: order.key, end })
          })
          return { pid: identity.pid }
        },
        takeService: left => {
          this.taken.push(left)
          this.#services.set(left.key, left.pid)
          void this.#keeping.gone(left.pid).then(() => {
            this.#services.delete(left.key)
            peer.notify('serviceEnded', { key: left.key, end: { code: null, signal: null } })
          })
          return null
        },
        releaseService: ({ key }) => {
          this.released.push(key)
          return null
        },
        retire: () => {
          this.isRetired = true
          return null
        },
      },
      { hasDialled: true },
    )
    const lines = new LineSplitter({ maxBytes: Number.MAX_SAFE_INTEGER })
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) peer.receive(line)
    })
    socket.on('error', () => {})
    socket.on('close', () => peer.close(new P8aError('host_gone', 'The host is gone')))
    const scripts = [...this.#scripts].map(([key, pid]) => ({ key, pid }))
    const services = [...this.#services].map(([key, pid]) => ({ key, pid }))
    const { ticket, identity } = this.#given
    const hello = {
      ticket,
      pid: identity.pid,
      state: 'up',
      keeping: { version: this.#keeping.version, scripts, services },
    } as const
    void peer.request('hello', hello).catch(() => {})
  }

  end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.hasEnded) return
    this.hasEnded = true
    this.#socket?.destroy()
    this.#given.onExit({ code, signal })
  }

  onSignal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL') this.end(null, signal)
  }
}
