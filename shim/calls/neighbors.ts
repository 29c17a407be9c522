// A run and the other runs of its host: wires what goes out (calls, events) and what comes in (the door) to the link.

import type { Callee, CalleeOptions, Listener, Queue, QueueOptions, TopicOptions } from '../../protocol/author.ts'
import type { LetIn } from '../../protocol/calls.ts'
import type { Admission, Assignment } from '../../protocol/link.ts'
import { joinPath } from '../../protocol/names.ts'
import type { Asker } from '../../protocol/words.ts'
import { Publisher } from '../events/publisher.ts'
import { Subscriptions } from '../events/subscriptions.ts'
import { checkPath } from '../events/topic.ts'
import type { Link } from '../link/link.ts'
import type { Reachable } from './admitted.ts'
import { makeCallee } from './callee.ts'
import { Directory } from './directory.ts'
import type { Door } from './door.ts'
import { hostLine } from './host-line.ts'
import { Inputs, inputFunction } from './inputs.ts'
import { Patience } from './patience.ts'
import { makeQueue } from './queue.ts'

/** What a run asks of its neighbors. */
export type Outside = {
  /** How many calls of other runs are under way here. */
  readonly busy: number
  /** Begins no call of those that were let in so far. */
  leave(): Promise<void>
  /** How many of them have not heard that yet. */
  readonly unheard: number
  readonly callee: (name: string, options: CalleeOptions) => Callee
  queue(name: string, options: QueueOptions): Queue
  publish(topic: string, data: unknown, options: TopicOptions): void
  subscribe(pattern: string, listener: Listener, options: TopicOptions): () => void
}

/** What they ask of the run. */
export type Inside = Pick<Reachable, 'invoke'> & { onDropped: Reachable['onDropped'] }

export class Neighbors implements Outside {
  #link: Link
  #inside: Inside
  #timeoutMs: number
  #path: string
  /** This run, as those that get its events know it. */
  #self: Asker
  #patience: Patience
  #directory: Directory
  #inputs: Inputs
  /** By the path of the host at which each publishes. */
  #publishers = new Map<string, Publisher>()
  #subscriptions: Subscriptions
  #door: Promise<Door> | undefined
  #busy = () => 0
  #unheard = () => 0

  constructor(link: Link, inside: Inside, assignment: Pick<Assignment, 'run' | 'path' | 'may' | 'callTimeoutMs'>) {
    this.#link = link
    this.#inside = inside
    this.#timeoutMs = assignment.callTimeoutMs
    const { path, may: role = 'read' } = assignment
    this.#path = path
    this.#self = { name: joinPath(path, assignment.run), role, path }
    this.#patience = new Patience(this.#timeoutMs)
    this.#directory = new Directory(hostLine(link))
    this.#inputs = new Inputs(assignment.run, this.callee)
    this.#subscriptions = new Subscriptions(subscriptions => link.peer?.notify('subscribe', { subscriptions }))
  }

  get busy(): number {
    return this.#busy()
  }

  get unheard(): number {
    return this.#unheard()
  }

  async leave(): Promise<void> {
    const door = await this.#door
    if (!door) return
    door.leave()
    this.#unheard = () => door.unheard
  }

  readonly callee = (name: string, options: CalleeOptions): Callee =>
    makeCallee(name, options, {
      patience: this.#patience,
      start: (to, call) => this.#directory.start(to, call),
    })

  queue(name: string, options: QueueOptions): Queue {
    return makeQueue(name, options, { pod: this.callee, inputs: this.#inputs })
  }

  publish(topic: string, data: unknown, { path: within = '' }: TopicOptions): void {
    checkPath(within)
    const path = joinPath(this.#path, within)
    const json = this.#publisherAt(path).publish(topic, data)
    if (!this.#subscriptions.isMeant(path, topic)) return
    // Later, and as a copy, as for all other subscribers.
    const publisher = this.#self
    queueMicrotask(() => this.#subscriptions.deliver({ path, topic, data: JSON.parse(json), publisher }))
  }

  subscribe(pattern: string, listener: Listener, { path = '' }: TopicOptions): () => void {
    checkPath(path)
    return this.#subscriptions.add({ path: joinPath(this.#path, path), pattern }, listener)
  }

  /** It is sure to be called: the first call need not wait for its door. */
  async expectCalls(socket: string): Promise<void> {
    this.#door ??= this.#openDoor()
    // The first admission tries again.
    await (await this.#door).open(socket).catch(() => {})
  }

  /** A run may dial us from now on. */
  async admit(admission: Admission): Promise<LetIn> {
    this.#door ??= this.#openDoor()
    await (await this.#door).admit(admission)
    return { tellsBegun: true }
  }

  /** A pod's name means other runs than before; without a name: other runs subscribe. */
  onMoved(name: string | null): void {
    if (name !== null) this.#directory.onMoved(name)
    else for (const publisher of this.#publishers.values()) publisher.onMoved()
  }

  /** There is a host again, and it knows this run. */
  onLinked(): void {
    const { wanted } = this.#subscriptions
    if (wanted.length > 0) this.#link.peer?.notify('subscribe', { subscriptions: wanted })
    this.#directory.onLinked()
    for (const publisher of this.#publishers.values()) publisher.onLinked()
  }

  #publisherAt(path: string): Publisher {
    const publisher = this.#publishers.get(path) ?? new Publisher(hostLine(this.#link), path)
    this.#publishers.set(path, publisher)
    return publisher
  }

  async #openDoor(): Promise<Door> {
    // Only a run that is called needs it, so it is loaded by the first admission, or where one is expected.
    const { Door } = await import('./door.ts')
    const reachable: Reachable = {
      invoke: (fn, args, calling) => {
        if (fn === inputFunction) return this.#inputs.take(args[0])
        // Attempts at items are made once each.
        const given = calling.once === undefined ? args : this.#inputs.given(args)
        return this.#inside.invoke(fn, given, calling)
      },
      onDropped: this.#inside.onDropped,
      onEvent: event => this.#subscriptions.deliver(event),
    }
    const door = new Door(reachable, { timeoutMs: this.#timeoutMs })
    this.#busy = () => door.busy
    return door
  }
}
