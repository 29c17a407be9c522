// The keeper that is not there: its end of the link, and scripts and services that the machine runs for it.
import net from 'node:net'
import type { ExitOutcome } from '../../../daemon/system/process.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type {
  PortsOrder,
  ScriptNote,
  ScriptOrder,
  ServiceLeft,
  ServiceOrder,
  ServiceSaid,
  ShimOrder,
  ToKeeper,
} from '../../../protocol/keeper.ts'
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
  begin: (order: ShimOrder) => { identity: Given['identity']; exited: Promise<ExitOutcome> }
}

export class Keeper {
  readonly identity: Given['identity']
  hasEnded = false
  isRetired = false
  #given: Given
  #keeping: Keeping
  #scripts = new Map<string, number>()
  #services = new Map<string, number>()
  #ports = new Map<string, PortsOrder>()
  /** What it took up of keepers that are gone, and what it was told that nothing is left of. */
  readonly taken: ServiceLeft[] = []
  readonly released: string[] = []
  #watched = new Set<string>()
  /** The pods of which those who waited were turned away. */
  readonly turnedAway: string[] = []
  refusesPorts = false
  /** The pods whose sockets a process beside it was to have, and when it has them. */
  readonly covered: string[] = []
  covers: Promise<void> = Promise.resolve()
  /** Somebody connects to a pod. @returns whether its host is told */
  knock: (key: string) => boolean = () => false
  /** Tells its host what a service says. */
  say: (key: string, said: ServiceSaid) => void = () => {}
  #socket: net.Socket | undefined

  constructor(given: Given, keeping: Keeping) {
    this.#given = given
    this.#keeping = keeping
    this.identity = given.identity
  }

  dial(): void {
    if (this.hasEnded) return
    this.#socket?.destroy()
    // Another host watches again, and is told at once of whoever waits.
    this.#watched.clear()
    const socket = net.connect(this.#given.socket)
    this.knock = key => {
      if (!this.#watched.delete(key)) return false
      peer.notify('knocked', { key })
      return true
    }
    this.say = (key, said) => void peer.notify('serviceSaid', { key, said })
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
        // The machine has no sockets: that they are held is all that is known of them here.
        holdPorts: order => {
          if (this.refusesPorts) throw new P8aError('port_taken', 'Another program has it')
          this.#ports.set(order.key, order)
          return null
        },
        releasePorts: ({ key }) => {
          this.#ports.delete(key)
          return null
        },
        beginShim: order => {
          const { identity, exited } = this.#keeping.begin(order)
          void exited.then(({ code, signal }) => peer.notify('shimEnded', { pid: identity.pid, code, signal }))
          return { pid: identity.pid }
        },
        givePorts: () => null,
        watchPorts: ({ key }) => {
          this.#watched.add(key)
          return null
        },
        coverPorts: async ({ key }) => {
          this.covered.push(key)
          await this.covers
          return null
        },
        unwatchPorts: ({ key }) => {
          this.#watched.delete(key)
          return null
        },
        turnAway: ({ key }) => {
          this.turnedAway.push(key)
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
      state: 'up' as const,
      keeping: { version: this.#keeping.version, scripts, services, ports: [...this.#ports.values()] },
    }
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
