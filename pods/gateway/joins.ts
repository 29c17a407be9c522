// WebSockets, and whatever else begins with `Upgrade`: each is brought to its pod as a request is, and then counted for as long as it lasts.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Directory } from './directory.ts'
import type { Peers } from './peers.ts'
import type { Readiness, Wanting } from './readiness.ts'
import { refusalOf } from './refusal.ts'
import { type Head, onwardHeaders, type Peer, readHead } from './request-headers.ts'
import type { Settings } from './settings.ts'
import type { Over, Stats } from './stats.ts'
import type { Target } from './target.ts'
import { refuseUpgrade, upgrade } from './upgrade.ts'

type Parts = {
  directory: Directory
  readiness: Readiness
  stats: Stats
  peers: Peers
  /** What a request asks for. @throws {Refusal} */
  check: (request: IncomingMessage, head: Head, peer: Peer) => Target
}

export class Joins {
  #parts: Parts
  #settings: Settings

  constructor(parts: Parts, settings: Settings) {
    this.#parts = parts
    this.#settings = settings
  }

  /** Joins a client with a pod, if that agrees. @param first what the client has sent already */
  async join(request: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> {
    const { directory, readiness, stats, peers, check } = this.#parts
    const head = readHead(request.rawHeaders)
    const id = peers.idOf(head)
    const joining: Over = { status: 101, ms: 0 }
    const beganMs = performance.now()
    socket.on('error', () => socket.destroy())
    const left = new AbortController()
    socket.once('close', () => left.abort())
    try {
      const peer = peers.of(request.socket)
      const target = check(request, head, peer)
      const found = directory.find(target, peer)
      const { name, path } = found
      joining.pod = name
      stats.began(name)
      const isQuiet = directory.isQuiet(target, request.headers['user-agent'])
      const wanting: Wanting = { ...found, peer, raw: request.rawHeaders, pod: name, isQuiet }
      await readiness.of(wanting, () => left.signal)
      const { pod } = wanting
      const { authority } = target
      const headers = onwardHeaders(request.rawHeaders, head, { peer, authority, id, httpVersion: request.httpVersion })
      const timeoutMs = this.#settings.answerTimeoutMs
      const address = directory.addressOf(pod)
      joining.status = await upgrade(address, { request, socket, head: first, path, headers, timeoutMs })
      if (joining.status === 101) socket.once('close', stats.joined(pod))
    } catch (error) {
      const refusal = refusalOf(error as Error)
      joining.status = refusal.status
      joining.error = refusal.code
      refuseUpgrade(socket, refusal, id)
    }
    stats.over({ ...joining, ms: performance.now() - beganMs })
  }
}
