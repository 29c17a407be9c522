// The process of a run that is not there: the shim's end of the link, with functions, handlers and a will of its own.
import { existsSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { dirname } from 'node:path'
import type { ExitOutcome, Identity } from '../../../daemon/system/process.ts'
import type { Channel } from '../../../protocol/channel/channel.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { LineSplitter } from '../../../protocol/lines.ts'
import type { Assignment, Hello, ToHost, ToShim } from '../../../protocol/link.ts'
import { type Handlers, Peer } from '../../../protocol/peer.ts'
import type { Status } from '../../../protocol/words.ts'

export type Given = { identity: Identity; socket: string; ticket: string; onExit: (outcome: ExitOutcome) => void }

export class Shim {
  readonly identity: Identity
  readonly command: readonly string[]
  readonly env: Record<string, string>
  /** What it was told to become. */
  assignment: Assignment | undefined
  hasEnded = false
  /** At a port that it has opened by itself. */
  isListening = false
  onAssigned: () => void = () => {}
  /** Whether it comes up by itself, and whether it ends when it is asked to. */
  comesUp = true
  isStubborn = false
  /** Whether it lets no other run dial it, and what it waits for before it does. */
  refusesCallers = false
  isFree: Promise<void> = Promise.resolve()
  functions: Record<string, (...args: never[]) => unknown> = {}
  commands: Record<string, (argv: string[], channel: Channel) => unknown> = {}
  health: Status = 'up'
  /** Whether nothing goes on in it any more, and whether it rests when it is asked to. */
  readonly still = Promise.withResolvers<void>()
  rests = true
  /** What it answers instead of what it would, by method. */
  readonly answers = new Map<keyof ToShim, unknown>()
  /** What the host told it, beside what it answers. */
  readonly told: [method: string, params: unknown][] = []
  peer: Peer<ToHost, ToShim> | undefined
  #given: Given
  #ticket: string
  #socket: net.Socket | undefined

  constructor(given: Given, { command, env }: { command: readonly string[]; env: Record<string, string> }) {
    this.#given = given
    this.#ticket = given.ticket
    this.identity = given.identity
    this.command = command
    this.env = env
  }

  get params(): Record<string, string> {
    return this.assignment?.params ?? {}
  }

  /** Dials the host, and says how far it has come. */
  dial(state: Hello['state'] = 'empty'): void {
    if (this.hasEnded) return
    const socket = net.connect(this.#given.socket)
    const peer = new Peer<ToHost, ToShim>(line => socket.write(`${line}\n`), this.#answering(), { hasDialled: true })
    const lines = new LineSplitter({ maxBytes: Number.MAX_SAFE_INTEGER })
    this.#socket = socket
    this.peer = peer
    socket.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) peer.receive(line)
    })
    socket.on('error', () => {})
    socket.on('close', () => peer.close(new P8aError('host_gone', 'The host is gone')))
    void this.hello(state)
  }

  async hello(state: Hello['state']): Promise<void> {
    const hello = { ticket: this.#ticket, pid: this.identity.pid, state }
    // The host may have gone before it answered.
    const welcome = await this.peer?.request('hello', hello).catch(() => undefined)
    if (welcome?.do === 'end') this.end(0, null)
    if (welcome?.do !== 'run') return
    this.assignment = welcome.assignment
    this.onAssigned()
    if (this.comesUp) this.becomeUp()
  }

  becomeUp(): void {
    void this.peer?.request('ready', {}).catch(() => {})
  }

  /** Says that it is the host `path`, and which verbs it answers itself. */
  async mount(
    path: string,
    handles: string[] = [],
    { imported, others }: { imported?: string | undefined; others?: 'refuse' | undefined } = {},
  ): Promise<void> {
    const asked = { path, handles, ...(others && { others }), ...(imported !== undefined && { imported }) }
    await this.peer?.request('mount', asked)
  }

  /** Loses the link, and goes on. */
  unlink(): void {
    this.#socket?.destroy()
  }

  /** @param message the error that it ends by */
  end(code: number | null, signal: NodeJS.Signals | null, message?: string): void {
    if (this.hasEnded) return
    this.hasEnded = true
    if (code !== null) this.#leaveNote({ code, message })
    this.#socket?.destroy()
    this.#given.onExit({ code, signal })
  }

  /** As a process that ends by itself does, unless its pod was removed meanwhile. */
  #leaveNote(note: { code: number; message: string | undefined }): void {
    const { exitFile } = this.assignment ?? {}
    if (exitFile !== undefined && existsSync(dirname(exitFile))) writeFileSync(exitFile, JSON.stringify(note))
  }

  onSignal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL' || (signal === 'SIGTERM' && !this.isStubborn)) this.end(null, signal)
  }

  #answering(): Handlers<ToShim> {
    const handlers = Object.entries(this.#handlers()).map(([method, handle]) => {
      const named = method as keyof ToShim
      const answer = (...asked: Parameters<typeof handle>) =>
        this.answers.has(named) ? this.answers.get(named) : (handle as (...asked: unknown[]) => unknown)(...asked)
      return [method, answer]
    })
    return Object.fromEntries(handlers) as Handlers<ToShim>
  }

  #handlers(): Handlers<ToShim> {
    const keep = (method: string) => (params: unknown) => {
      this.told.push([method, params])
      return null
    }
    return {
      take: ({ ticket, env }) => {
        this.#ticket = ticket
        Object.assign(this.env, env)
        setImmediate(() => void this.hello('empty'))
        return null
      },
      keepPorts: () => false,
      sideDoor: () => ({ at: 'port' }),
      accept: () => null,
      check: () => ({ status: this.health }),
      vitals: () => ({ heapUsed: 1e6 }),
      drain: keep('drain'),
      still: async () => {
        await this.still.promise
        return null
      },
      rest: params => {
        keep('rest')(params)
        return this.rests
      },
      cleanup: () => {
        if (!this.isStubborn) setImmediate(() => this.end(0, null))
        return null
      },
      call: ({ fn, args }) => this.#call(fn, args),
      admit: async params => {
        await this.isFree
        if (this.refusesCallers) throw new P8aError('unsupported', 'Nobody may dial')
        return keep('admit')(params)
      },
      moved: keep('moved'),
      changed: keep('changed'),
      handle: async ({ verb, args }, channel) => {
        const answer = await this.#call(verb, args)
        if (!isStream(answer)) return { value: answer }
        channel.begin()
        for await (const value of answer) await channel.send(value)
        return { value: null }
      },
      commands: () => Object.keys(this.commands),
      command: ({ argv }, channel) => {
        this.told.push(['command', { argv }])
        channel.accept(usualWindow)
        return this.commands[argv[0] ?? '']?.(argv, channel) ?? null
      },
    }
  }

  #call(name: string, args: unknown[]): unknown {
    const found = this.functions[name]
    if (found) return found(...(args as never[]))
    throw new P8aError('function_not_found', `There is no function "${name}"`)
  }
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}
