// One connection of a shim, a spare or a keeper: its bytes as lines, its end, and its run once it has said hello.

import type net from 'node:net'
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import { LineSplitter } from '../../protocol/lines.ts'
import type { ToHost, ToShim } from '../../protocol/link.ts'
import { type Handlers, Peer } from '../../protocol/peer.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { HostLog } from '../system/host-log.ts'
import type { ShimPeer } from '../system/shims.ts'
import type { Found } from '../tree/hosts.ts'
import type { Acquainted } from './introductions.ts'
import { checkAnswer } from './said.ts'

/** Extra room around a push, which may be as long as a client's line, when a pod gives it to its host. */
const wrapBytes = 1024 * 1024
/** The longest line before the ticket: a keeper's hello names all its scripts. */
const maxHelloBytes = 1024 * 1024

type ConnectionOptions = {
  settings: Pick<Settings, 'authTimeout' | 'maxLineBytes'>
  log: HostLog
  /** The handlers of its requests. */
  handlersOf: (connection: Connection) => Handlers<ToHost>
  onClosed: (connection: Connection) => void
}

export class Connection {
  readonly peer: ShimPeer
  /** The run at its other end; undefined for a spare, for a keeper, and before the hello. */
  found: Found | undefined
  #socket: net.Socket
  #options: ConnectionOptions
  #lines = new LineSplitter({ maxBytes: maxHelloBytes })
  /** Closes a connection that shows no ticket in time. */
  #silence: NodeJS.Timeout
  #mounted: Promise<unknown> = Promise.resolve()

  constructor(socket: net.Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#silence = deadline(() => socket.destroy(), options.settings.authTimeout)
    this.peer = new Peer<ToShim, ToHost>(line => socket.write(`${line}\n`), options.handlersOf(this), {
      hasDialled: false,
      checkAnswer,
    })
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('end', () => this.#onEnd())
    // The close that follows every error does the rest.
    socket.on('error', () => this.#onEnd())
    socket.on('close', () => this.#onClose())
  }

  /** A mount is under way: what is asked after it may be about that host. */
  async mounting(mount: Promise<void>): Promise<void> {
    const over = mount.catch(() => {})
    this.#mounted = Promise.all([this.#mounted, over])
    await mount
  }

  /** Resolves once what was to be mounted is, or was refused. */
  get mounted(): Promise<unknown> {
    return this.#mounted
  }

  /** Its ticket is known: the deadline ends, and its lines may be longer. */
  welcome(): void {
    clearTimeout(this.#silence)
    this.#lines.maxBytes = this.#options.settings.maxLineBytes + wrapBytes
  }

  /** The run at its other end. @throws {P8aError} `unauthorized` if there is none */
  get run(): Acquainted {
    const { found, peer } = this
    if (found) return { place: found.place, pod: found.entry.supervisor.name, live: found.live, peer }
    throw new P8aError('unauthorized', 'Only a run may ask for other runs')
  }

  #onData(chunk: Buffer): void {
    try {
      for (const line of this.#lines.push(chunk)) this.peer.receive(line)
    } catch (error) {
      this.#options.log.warn('link', 'a connection sent nonsense and was closed', {
        err: error,
        ...(this.found && { pod: this.found.entry.supervisor.name }),
      })
      this.#socket.destroy()
    }
  }

  #onEnd(): void {
    this.found?.entry.supervisor.greeting.onLinkEnds(this.found.live, this.peer)
  }

  #onClose(): void {
    clearTimeout(this.#silence)
    this.peer.close(new P8aError('pod_not_up', 'The run is gone'))
    this.#options.onClosed(this)
    this.found?.entry.supervisor.greeting.onUnlinked(this.found.live, this.peer)
  }
}
