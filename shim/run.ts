// A run inside its process: calls the pod's default export, answers checks and calls, and cleans up. It knows the pod's
// code and the host only through its options.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Cleanup, P8a } from '../protocol/author.ts'
import type { Channel } from '../protocol/channel/channel.ts'
import { deadline } from '../protocol/deadline.ts'
import { P8aError } from '../protocol/errors.ts'
import type { Assignment } from '../protocol/link.ts'
import { joinPath } from '../protocol/names.ts'
import type { Status } from '../protocol/words.ts'
import { RunBus } from './bus.ts'
import { toCallError } from './call-error.ts'
import { isStream, sendOrCollect } from './calls/collect.ts'
import { Calling } from './calls/context.ts'
import type { AskHost as HostLine } from './calls/host-line.ts'
import type { Outside } from './calls/neighbors.ts'
import { Commands } from './commands.ts'
import type { AskRoot } from './host/ask-root.ts'
import { RunHosts } from './host/hosts.ts'
import { finish, type Keep } from './leaving.ts'
import { type Exported, loadPod } from './load.ts'
import { makeP8a } from './p8a.ts'
import { runProgram } from './program.ts'
import { sendShutdown } from './stop-way.ts'
import { Asking } from './verbs/asking.ts'

type Said = { status: Status; text?: string }

export type RunEvents = {
  onReady: () => void
  onStatus: (said: Said) => void
  root: AskRoot
  /** What keeps the process alive although the pod has nothing left to do. */
  keep: Keep
  /** Asks whatever host there is by then. */
  line: HostLine
}

export class Run {
  readonly assignment: Assignment
  /** What the pod last said about itself. */
  said: Said | undefined
  state: 'starting' | 'up' | 'cleaned' = 'starting'
  readonly hosts: RunHosts
  /** The commands of its shell. */
  readonly commands: Commands
  #events: RunEvents
  #outside: Outside
  #asking: Asking
  #bus: RunBus
  #pod: Exported | undefined
  #cleanup: Cleanup | undefined
  #cleaning: Promise<void> | undefined
  #checks = new Set<(said: Said) => void>()

  constructor(assignment: Assignment, events: RunEvents, outside: Outside) {
    this.assignment = assignment
    this.#events = events
    this.hosts = new RunHosts({
      root: events.root,
      // Loaded here, since few pods are hosts.
      forget: async (path, name) => {
        const { rm } = await import('node:fs/promises')
        await rm(this.#storageOf(path, name), { recursive: true, force: true })
      },
      scope: (path, name) => this.#scoped(path, name),
    })
    this.#outside = outside
    this.#asking = new Asking(events.line, { patienceMs: assignment.callTimeoutMs })
    this.#bus = new RunBus(
      (status, text) => this.#onStatus(text === undefined ? { status } : { status, text }),
      outside,
    )
    this.commands = new Commands(assignment, () => this.#pod?.commands)
  }

  /** Loads and starts the pod. A rejection means that the run cannot go on. */
  async start(): Promise<void> {
    const { main, program } = this.assignment
    if (program) return await this.#startProgram(main, program)
    const pod = await loadPod(main)
    this.#pod = pod
    const result = await pod.main(
      this.assignment.params,
      this.#bus,
      makeP8a(this.assignment, {
        callee: (name, options) => this.#outside.callee(name, options),
        host: this.#hostAt(this.assignment.path),
        asking: this.#asking,
      }),
    )
    await this.hosts.mounted()
    if (typeof result === 'function') this.#cleanup = result
    this.#onReady()
  }

  /** It is up when it says so, or when it is asked after a while and answers. */
  async #startProgram(file: string, { args }: { args: readonly string[] }): Promise<void> {
    this.#pod = await runProgram(file, { args, onReady: () => this.#onReady() })
  }

  #onReady(): void {
    if (this.state === 'starting') this.state = 'up'
    // What it said on its way up is over.
    if (this.said && this.said.status !== 'up') this.#onStatus({ status: 'up' })
    else this.#events.onReady()
  }

  /**
   * The status of the run: what its `check` listener says, or `up` if it has none, since this answer shows that its
   * loop turns.
   */
  async check(timeoutMs: number): Promise<Said> {
    // Its loop turns, but what is to be up is not there yet.
    if (!this.#pod) return { status: 'waiting', text: 'loading' }
    if (this.#bus.listenerCount('check') === 0) return this.said?.status === 'error' ? this.said : { status: 'up' }
    const { promise, resolve } = Promise.withResolvers<Said>()
    const late = deadline(
      () => resolve({ status: 'error', text: `its check emitted no status in ${timeoutMs} ms` }),
      timeoutMs,
    )
    this.#checks.add(resolve)
    try {
      this.#bus.emit('check')
      return await promise
    } catch (error) {
      return { status: 'error', text: `its check threw ${inspect(error).split('\n', 1)[0]}` }
    } finally {
      clearTimeout(late)
      this.#checks.delete(resolve)
    }
  }

  /** Calls the cleanup function, only once. If it fails, the error is logged, and the stop continues. */
  cleanup(): Promise<void> {
    this.#cleaning ??= this.#runCleanup()
    return this.#cleaning
  }

  /**
   * Calls an exported function, for a client of the host. The values of a generator go over the channel if it takes
   * values; otherwise they are collected.
   * @throws {P8aError} `function_not_found`; `call_failed` with the remote `stack` among its facts; `too_large`
   */
  async call(fn: string, args: unknown[], channel: Channel): Promise<unknown> {
    const result = await settled(this.invoke(fn, args, new Calling(undefined, channel)))
    return isStream(result) ? await sendOrCollect(result, channel, { fn, toError: toCallError }) : result
  }

  /**
   * Calls an exported function, and returns whatever it returns.
   * @throws {P8aError} `function_not_found`, `call_failed`
   */
  invoke(fn: string, args: unknown[], calling: Calling): unknown {
    const called = this.#pod?.functions.get(fn)
    if (!called) throw this.#functionNotFound(fn)
    try {
      return called.apply(calling, args)
    } catch (error) {
      throw toCallError(error)
    }
  }

  #hostAt(path: string, imported?: string): P8a['host'] {
    const options = imported === undefined ? {} : { imported }
    return (name, handlers) => this.hosts.host(joinPath(path, name), handlers, options)
  }

  /** Where a pod stores things that this one imports. */
  #storageOf(path: string, name: string): string {
    return join(this.assignment.storage, 'hosts', path, name)
  }

  /** The `p8a` of a pod that this one imports and runs on a host of its own. */
  #scoped(path: string, name: string): P8a {
    const { run, slot, path: own } = this.assignment
    const place = { name, run, slot, path, storage: this.#storageOf(path, name) }
    mkdirSync(place.storage, { recursive: true })
    const within = path.slice(own === '' ? 0 : own.length + 1)
    return makeP8a(place, {
      callee: (other, options) => this.#outside.callee(joinPath(within, other), options),
      host: this.#hostAt(path, name),
      asking: this.#asking,
    })
  }

  /** Events for this run were dropped because it reads too slowly. */
  onDropped(count: number, publisher: string): void {
    process.stderr.write(`p8a: ${count} events of ${publisher} were dropped: this run reads too slowly\n`)
    this.#bus.emit('dropped', count, publisher)
  }

  #onStatus(said: Said): void {
    this.said = said
    if (said.status === 'up' && this.state === 'starting') this.state = 'up'
    for (const resolve of this.#checks) resolve(said)
    this.#events.onStatus(said)
  }

  async #runCleanup(): Promise<void> {
    const { keep } = this.#events
    try {
      const isOver = !this.#cleanup || (await finish(this.#cleanup, keep))
      if (!isOver) process.stderr.write('p8a: cleanup never ended: it waits, and nothing is left to wait for\n')
    } catch (error) {
      process.stderr.write(`p8a: cleanup failed: ${inspect(error)}\n`)
    }
    this.state = 'cleaned'
    // The signal that would follow would end it before it has done what the message asks for.
    if (sendShutdown(keep)) await new Promise(() => {})
  }

  #functionNotFound(fn: string): P8aError {
    const names = [...(this.#pod?.functions.keys() ?? [])]
    return new P8aError(
      'function_not_found',
      `Cannot call "${fn}" of pod "${this.assignment.name}": it exports no such function`,
      {
        hint: names.length > 0 ? `It exports: ${names.join(', ')}` : 'It exports no function but the default one',
        facts: { pod: this.assignment.name, fn },
      },
    )
  }
}

/** @throws {P8aError} `call_failed` */
async function settled(result: unknown): Promise<unknown> {
  try {
    return await result
  } catch (error) {
    throw toCallError(error)
  }
}
