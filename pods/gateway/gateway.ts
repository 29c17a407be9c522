// A request's way: what is wrong with it, whose it is, and then there and back.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { addressOf } from '../port-address.ts'
import { tooLarge } from './body.ts'
import { Delivery } from './delivery.ts'
import { Directory, type Source } from './directory.ts'
import { Exchange, type Tell } from './exchange.ts'
import type { Group } from './groups.ts'
import { Joins } from './joins.ts'
import type { Pauses } from './pauses.ts'
import { Peers } from './peers.ts'
import { Readiness } from './readiness.ts'
import { Refusal, refusalOf } from './refusal.ts'
import { type Head, headProblem, type Peer, readHead } from './request-headers.ts'
import type { Routes } from './routes.ts'
import type { Settings } from './settings.ts'
import type { Answering, Asking } from './sides.ts'
import { type Count, Stats } from './stats.ts'
import { type Target, targetOf } from './target.ts'
import { sendToHttps, type ToHttps } from './to-https.ts'
import { refuseBare } from './upgrade.ts'
import type { Waker } from './wakes.ts'

/**
 * `wake`: sees to it that a pod is up. `toHttps`: whose requests have to come by https. `challenge`: what a certificate authority is
 * answered at a path.
 */
export type Behind = Source & {
  wake: Waker['wake']
  toHttps?: ToHttps | undefined
  challenge?: ((path: string) => Promise<string | undefined> | undefined) | undefined
}

type Served = { request: Asking; exchange: Exchange; target: Target; peer: Peer }

export class Gateway {
  #behind: Behind
  #settings: Settings
  #tell: Tell
  #stats = new Stats()
  #peers: Peers
  #directory: Directory
  #readiness: Readiness
  #delivery: Delivery
  #joins: Joins
  /** By connection: the exchange that came last, until it is over. */
  #lasts = new WeakMap<object, Exchange>()

  #over = (exchange: Exchange): void => {
    const { complete, socket } = exchange.request
    if (complete && this.#lasts.get(socket) === exchange) this.#lasts.delete(socket)
    const { name, pod, status, refusal, answerMs: ms, isQuiet } = exchange
    const over = { status, error: refusal?.code, ms, isQuiet }
    this.#stats.over({ ...over, pod: name })
    if (pod !== name) this.#stats.over({ ...over, pod })
    this.#tell(exchange)
  }

  /** @param tell is told of each exchange, and each joined connection, that is over */
  constructor(behind: Behind, settings: Settings, tell: Tell) {
    this.#behind = behind
    this.#settings = settings
    this.#tell = tell
    this.#peers = new Peers(settings)
    this.#directory = new Directory(behind, settings)
    const woken: Waker['woken'] = (pod, how) => this.#stats.woke(pod, how)
    this.#readiness = new Readiness(this.#directory, { wake: behind.wake, woken }, settings)
    const parts = { directory: this.#directory, readiness: this.#readiness, stats: this.#stats }
    this.#delivery = new Delivery(parts, settings)
    this.#joins = new Joins({ ...parts, peers: this.#peers, check: this.#check.bind(this), tell }, settings)
  }

  get routes(): Routes {
    return this.#directory.routes
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.#directory.groups
  }

  /** What rules say of pods and cannot be done. */
  get problems(): readonly string[] {
    return this.#directory.problems
  }

  /** What keeps a pod from being reached, though it may be up. */
  hindrance(pod: string): string | undefined {
    return this.#directory.hindrance(pod)
  }

  get pauses(): Pauses {
    return this.#readiness.pauses
  }

  /** What this run has counted. */
  count(): Count {
    return this.#stats.count(name => this.#readiness.waitingFor(name))
  }

  /** There is one more connection. */
  connected(socket: Duplex): void {
    // Each answer that has to wait for the one before it listens to the end of its connection.
    socket.setMaxListeners(0)
    socket.once('close', this.#stats.connected())
  }

  /** To be called when the routes or ports of a pod may have changed. */
  changed(): void {
    const pods = this.#directory.changed()
    this.#stats.keep({ has: name => pods.has(name) || this.groups.has(name) })
    this.#delivery.keep([...pods.values()].flatMap(({ ports }) => addressOf(ports) ?? []))
  }

  /** It takes nothing new: what has been joined is to come back to another run. */
  drain(): void {
    this.#joins.drain()
  }

  async close(): Promise<void> {
    this.pauses.close()
    await this.#delivery.close()
  }

  /** Answers a request, whatever happens. */
  serve(request: Asking, response: Answering): void {
    const head = readHead(request.rawHeaders)
    const peer = this.#peers.of(request.socket)
    const of = { head, id: this.#peers.idOf(head), peer, lingerMs: this.#settings.bodyTimeoutMs }
    const exchange = new Exchange({ request, response }, of, this.#over)
    this.#lasts.set(request.socket, exchange)
    try {
      const target = this.#check(request, head, peer)
      exchange.host = target.host
      const answer = this.#behind.challenge?.(target.path)
      if (answer) void this.#answer(answer, { request, exchange, target, peer })
      else this.#bring({ request, exchange, target, peer })
    } catch (error) {
      exchange.refuse(refusalOf(error as Error))
    }
  }

  /** Answers what is no request, or the rest of none, after what came before it. */
  refuse(socket: Duplex, refusal: Refusal): void {
    const of = { id: this.#peers.newId(), lingerMs: this.#settings.bodyTimeoutMs }
    const refuse = () => refuseBare(socket, refusal, of)
    const last = this.#lasts.get(socket)
    if (!last || (last.isOver && last.request.complete)) refuse()
    else if (last.request.complete) last.response.once('close', refuse)
    // Who was answered already, and may still send, gets no second answer.
    else if (last.isEnded) socket.end()
    else last.refuse(refusal)
  }

  /** Joins a client with a pod, if that agrees. */
  async join(request: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> {
    await this.#joins.join(request, socket, first)
  }

  /** Where there is no answer, the request is for a pod as any other. */
  async #answer(answering: Promise<string | undefined>, served: Served): Promise<void> {
    const { exchange } = served
    try {
      const answer = await answering
      if (!exchange.isOpen) return
      if (answer === undefined) this.#bring(served)
      else exchange.answer(answer)
    } catch (error) {
      exchange.refuse(refusalOf(error as Error))
    }
  }

  #bring({ request, exchange, target, peer }: Served): void {
    const found = this.#directory.find(target, peer)
    exchange.name = found.name
    this.#stats.began(found.name)
    const isQuiet = this.#directory.isQuiet(target, request.headers['user-agent'])
    exchange.isQuiet = isQuiet
    const { authority } = target
    this.#delivery.bring({ exchange, authority, ...found, peer, raw: request.rawHeaders, pod: found.name, isQuiet })
  }

  #check({ url = '', httpVersion, rawHeaders }: Asking, head: Head, peer: Peer): Target {
    const problem = headProblem(head, httpVersion)
    const target = problem === undefined ? targetOf(url, head.host) : problem
    if (typeof target === 'string') throw new Refusal(400, 'bad_request', `The request is refused: ${target}`)
    if (this.#behind.toHttps) sendToHttps(target, this.#behind.toHttps, { peer, rawHeaders })
    const { maxBody } = this.#settings
    if (maxBody > 0 && Number(head.length ?? 0) > maxBody) throw tooLarge(maxBody)
    return target
  }
}
