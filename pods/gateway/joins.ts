// WebSockets, and whatever else begins with `Upgrade`: each is brought to its pod as a request is, and then counted for as long as it lasts.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Directory } from './directory.ts'
import { type Tell, type Told, toldOf } from './exchange.ts'
import type { Peers } from './peers.ts'
import type { Readiness, Wanting } from './readiness.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { type Head, onwardHeaders, type Peer, readHead } from './request-headers.ts'
import type { Settings } from './settings.ts'
import type { Spliced } from './spliced.ts'
import type { Stats } from './stats.ts'
import type { Target } from './target.ts'
import { refuseBare, upgrade } from './upgrade.ts'

type Parts = {
  directory: Directory
  readiness: Readiness
  stats: Stats
  peers: Peers
  /** What a request asks for. @throws {Refusal} */
  check: (request: IncomingMessage, head: Head, peer: Peer) => Target
  tell: Tell
}

/** How long after one the next one is told. */
const stepMs = 10
/** And how long the last one waits at most. */
const spreadMs = 5000

export class Joins {
  #parts: Parts
  #settings: Settings
  #spliced = new Set<Spliced>()
  #isDraining = false

  constructor(parts: Parts, settings: Settings) {
    this.#parts = parts
    this.#settings = settings
  }

  /** Tells clients of WebSockets to come back to another run: all in one moment would be a crowd. */
  drain(): void {
    this.#isDraining = true
    const all = [...this.#spliced]
    const betweenMs = Math.min(stepMs, spreadMs / all.length)
    for (const [index, spliced] of all.entries()) setTimeout(() => spliced.restart(), index * betweenMs)
  }

  /** Joins a client with a pod, if that agrees. @param first what the client has sent already */
  async join(request: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> {
    const { peers, stats, tell } = this.#parts
    const head = readHead(request.rawHeaders)
    const joining = new Joining(request, { id: peers.idOf(head), peer: peers.of(request.socket), socket })
    socket.on('error', () => socket.destroy())
    const closed = new Promise<void>(resolve => (socket.closed ? resolve() : socket.once('close', () => resolve())))
    try {
      await this.#begin(joining, request, { socket, head, first })
    } catch (error) {
      const refusal = refusalOf(error as Error)
      joining.refused(refusal)
      refuseBare(socket, refusal, joining)
    }
    const { name, pod, status, error, answerMs: ms } = joining
    stats.over({ pod: name, status, error, ms })
    if (pod !== name) stats.over({ pod, status, error, ms })
    await closed
    tell(joining)
  }

  async #begin(
    joining: Joining,
    request: IncomingMessage,
    { socket, head, first }: { socket: Duplex; head: Head; first: Buffer },
  ): Promise<void> {
    const { directory, readiness, stats, check } = this.#parts
    const { peer, id } = joining
    const target = check(request, head, peer)
    joining.host = target.host
    const found = directory.find(target, peer)
    joining.name = found.name
    stats.began(found.name)
    const isQuiet = directory.isQuiet(target, request.headers['user-agent'])
    const wanting: Wanting = { ...found, peer, raw: request.rawHeaders, pod: found.name, isQuiet }
    const left = new AbortController()
    socket.once('close', () => left.abort())
    await readiness.of(wanting, () => left.signal)
    const { pod, path, name } = wanting
    joining.pod = pod
    if (pod !== name) stats.began(pod)
    const { authority } = target
    const headers = onwardHeaders(request.rawHeaders, head, { peer, authority, id, httpVersion: request.httpVersion })
    const timeoutMs = this.#settings.answerTimeoutMs
    const address = directory.addressOf(pod)
    const { status, spliced } = await upgrade(address, { request, socket, head: first, path, headers, timeoutMs })
    joining.answered(status)
    if (!spliced || socket.closed) return
    this.#spliced.add(spliced)
    socket.once('close', () => this.#spliced.delete(spliced))
    if (this.#isDraining) spliced.restart()
    socket.once('close', stats.joined(pod))
    if (pod !== name) socket.once('close', stats.joined(name))
  }
}

/** It keeps nothing of the request but what the access log says: it may last for days. */
class Joining {
  readonly id: string
  readonly peer: Peer
  host = ''
  name: string | undefined
  /** 499 if the client has left before it was answered. */
  status = 499
  answerMs = 0
  #pod: string | undefined
  #asked: Told
  #refusal: Refusal | undefined
  #began = performance.now()
  /** Bytes that its connection had been sent before. */
  #bytesBefore: number
  #socket: { bytesWritten?: number }

  constructor(request: IncomingMessage, { id, peer, socket }: { id: string; peer: Peer; socket: Duplex }) {
    this.id = id
    this.peer = peer
    this.#socket = socket as Duplex & { bytesWritten?: number }
    this.#bytesBefore = this.#socket.bytesWritten ?? 0
    const nothing = { host: '', status: 0, bytes: 0, answerMs: 0, pod: undefined, refusal: undefined }
    this.#asked = toldOf({ request, id, peer, ...nothing }, { passedMs: 0 })
  }

  get pod(): string | undefined {
    return this.#pod ?? this.name
  }

  set pod(pod: string | undefined) {
    this.#pod = pod
  }

  get error(): string | undefined {
    return this.#refusal?.code
  }

  answered(status: number): void {
    this.status = status
    this.answerMs = performance.now() - this.#began
  }

  refused(refusal: Refusal): void {
    this.#refusal = refusal
    this.answered(refusal.status)
  }

  told(): Told {
    const { host, status, answerMs, pod, error } = this
    const bytes = (this.#socket.bytesWritten ?? 0) - this.#bytesBefore
    const ms = performance.now() - this.#began
    const times = { ms: Math.round(ms * 10) / 10, answerMs: Math.round(answerMs * 10) / 10 }
    return { ...this.#asked, host, status, bytes, ...times, pod, error, detail: this.#refusal?.detail }
  }
}
