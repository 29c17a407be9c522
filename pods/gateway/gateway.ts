// A request's way: what is wrong with it, whose it is, whether that is up, and then there and back.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { tooLarge } from './body.ts'
import { Exchange } from './exchange.ts'
import { forwardExpecting, isExpecting } from './expecting.ts'
import { forward, type Outcome } from './forward.ts'
import { forwardH2c } from './forward-h2c.ts'
import { type Group, type Grouped, groupsOf, memberFor } from './groups.ts'
import { H2cSessions } from './h2c-sessions.ts'
import { Pauses } from './pauses.ts'
import { Refusal } from './refusal.ts'
import { type Head, headProblem, onwardHeaders, type Peer, readHead } from './request-headers.ts'
import { podNamed, type Route, type Routed, type Routes, routesOf } from './routes.ts'
import type { Rules } from './rules.ts'
import type { Settings } from './settings.ts'
import type { Answering, Asking } from './sides.ts'
import { type Count, type Over, Stats } from './stats.ts'
import { keyOf } from './sticky.ts'
import { onward, type Target, targetOf } from './target.ts'
import { sendToHttps, type ToHttps } from './to-https.ts'
import { refuseUpgrade, upgrade } from './upgrade.ts'
import { type Address, addressOf, type PortOfPod, Upstreams } from './upstreams.ts'
import { waitingPage, wantsPage } from './waiting-page.ts'
import { isReady, type Known, type Waker, Wakes } from './wakes.ts'

/** What the gateway knows of a pod. */
export type KnownPod = Known & Routed & Grouped & { ports?: readonly PortOfPod[] | undefined }

/**
 * `pods`: all that it may lead to, as they are now. `wake`: sees to it that one is up. `toHttps`: whose requests have to come by https.
 * `rules`: those in force. `challenge`: what a certificate authority is answered at a path.
 */
export type Behind = {
  pods: ReadonlyMap<string, KnownPod>
  wake: Waker['wake']
  toHttps?: ToHttps | undefined
  rules?: (() => Rules) | undefined
  challenge?: ((path: string) => string | undefined) | undefined
}

/** How often a request goes to a pod that turned out not to be reached. */
const tries = 3
const refreshS = 1

/** Whose a request is, a pod or a group, and the path that the pod gets. */
type Found = { name: string; path: string; http: Route['http'] }

/** `pod`: which is chosen for it, once it is. `avoid`: one that was not reached. */
type Wanting = Found & {
  peer: Peer
  raw: readonly string[]
  pod: string
  isQuiet: boolean
  avoid?: string
  cookie?: string | undefined
}

type Passing = Wanting & { exchange: Exchange; target: Target }

export class Gateway {
  #behind: Behind
  #settings: Settings
  #tell: (exchange: Exchange) => void
  #routes: Routes = routesOf([])
  #groups: ReadonlyMap<string, Group> = new Map()
  #stats = new Stats()
  readonly pauses: Pauses
  #wakes: Wakes
  #upstreams: Upstreams
  #sessions = new H2cSessions()
  #boot = randomBytes(6).toString('base64url')
  #count = 0
  /** Of connections. */
  #peers = new WeakMap<object, Peer>()

  #over = (exchange: Exchange): void => {
    const { name, pod, status, refusal, answerMs: ms, isQuiet } = exchange
    const over = { status, error: refusal?.code, ms, isQuiet }
    this.#stats.over({ ...over, pod: name })
    if (pod !== name) this.#stats.over({ ...over, pod })
    this.#tell(exchange)
  }

  /** @param tell is told of each exchange that is over */
  constructor(behind: Behind, settings: Settings, tell: (exchange: Exchange) => void) {
    this.#behind = behind
    this.#settings = settings
    this.#tell = tell
    this.pauses = new Pauses(settings)
    this.#wakes = new Wakes({ known: pod => behind.pods.get(pod), wake: behind.wake }, settings)
    this.#upstreams = new Upstreams({ answerTimeoutMs: settings.answerTimeoutMs, connections: settings.connections })
  }

  get routes(): Routes {
    return this.#routes
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.#groups
  }

  /** What this run has counted. */
  count(): Count {
    return this.#stats.count(pod => this.#wakes.waitingFor(pod) + this.pauses.waitingFor(pod))
  }

  /** There is one more connection. */
  connected(socket: Duplex): void {
    socket.once('close', this.#stats.connected())
  }

  /** To be called when the routes or ports of a pod may have changed. */
  changed(): void {
    const pods = this.#served()
    this.#groups = groupsOf(pods)
    this.#stats.keep({ has: name => pods.has(name) || this.#groups.has(name) })
    this.#routes = routesOf(pods, this.#groups)
    const addresses = [...pods.values()].flatMap(({ ports }) => addressOf(ports) ?? [])
    this.#upstreams.keep(addresses)
    this.#sessions.keep(addresses)
  }

  /** The pods that the rules do not leave out, with the routes that rules give them. */
  #served(): ReadonlyMap<string, KnownPod> {
    const { pods, rules } = this.#behind
    if (!rules) return pods
    const served = [...pods].filter(([name]) => rules().serves(name))
    return new Map(
      served.map(([name, pod]) => {
        const { routes } = rules().of(name)
        const config = { ...pod.config, route: [...(pod.config.route ?? []), ...routes] }
        return [name, routes.length === 0 ? pod : { ...pod, config }]
      }),
    )
  }

  #isQuiet({ path }: Target, { headers }: Asking): boolean {
    return this.#behind.rules?.().isQuiet(path, headers['user-agent']) ?? false
  }

  async close(): Promise<void> {
    this.pauses.close()
    this.#sessions.close()
    await this.#upstreams.close()
  }

  /** Answers a request, whatever happens. */
  serve(request: Asking, response: Answering): void {
    const head = readHead(request.rawHeaders)
    const peer = this.#peerOf(request.socket)
    const exchange = new Exchange({ request, response }, { head, id: this.#idOf(head), peer }, this.#over)
    try {
      const target = this.#check(request, head, peer)
      exchange.host = target.host
      const answer = this.#behind.challenge?.(target.path)
      if (answer !== undefined) {
        exchange.answer(answer)
        return
      }
      const found = this.#find(target, peer)
      exchange.name = found.name
      this.#stats.began(found.name)
      const isQuiet = this.#isQuiet(target, request)
      exchange.isQuiet = isQuiet
      this.#pass({ exchange, target, ...found, peer, raw: request.rawHeaders, pod: found.name, isQuiet }, tries)
    } catch (error) {
      exchange.refuse(refusalOf(error as Error))
    }
  }

  /** Joins a client with a pod, if that agrees. */
  async join(request: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> {
    const head = readHead(request.rawHeaders)
    const id = this.#idOf(head)
    const joining: Over = { status: 101, ms: 0 }
    const beganMs = performance.now()
    socket.on('error', () => socket.destroy())
    const left = new AbortController()
    socket.once('close', () => left.abort())
    try {
      const peer = this.#peerOf(request.socket)
      const target = this.#check(request, head, peer)
      const found = this.#find(target, peer)
      const { name, path } = found
      joining.pod = name
      this.#stats.began(name)
      const isQuiet = this.#isQuiet(target, request)
      const asking: Wanting = { ...found, peer, raw: request.rawHeaders, pod: name, isQuiet }
      await this.#ready(asking, () => left.signal)
      const { pod } = asking
      const { authority } = target
      const headers = onwardHeaders(request.rawHeaders, head, { peer, authority, id, httpVersion: request.httpVersion })
      const timeoutMs = this.#settings.answerTimeoutMs
      joining.status = await upgrade(this.#addressOf(pod), { request, socket, head: first, path, headers, timeoutMs })
      if (joining.status === 101) socket.once('close', this.#stats.joined(pod))
    } catch (error) {
      const refusal = refusalOf(error as Error)
      joining.status = refusal.status
      joining.error = refusal.code
      refuseUpgrade(socket, refusal, id)
    }
    this.#stats.over({ ...joining, ms: performance.now() - beganMs })
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

  #find(target: Target, peer: Peer): Found {
    const route = this.#routes.find(target.host, target.path)
    if (route) return { name: route.pod, path: onward(target, route), http: route.http }
    const { domain } = this.#settings
    const named =
      (domain !== undefined ? podNamed(target.host, domain) : undefined) ??
      // Anybody may claim to ask for such a name.
      (isLoopback(peer.address) ? podNamed(target.host, 'localhost') : undefined)
    const { pods, rules } = this.#behind
    const listens =
      named !== undefined && pods.get(named)?.config.listen !== undefined && rules?.().serves(named) !== false
    if (named === undefined || !(listens || this.#groups.has(named))) {
      throw new Refusal(404, 'no_route', `There is nothing at ${target.host}`)
    }
    return { name: named, path: target.raw, http: 'h1' }
  }

  /** Most requests are for a pod that is up, and go on in the same turn. @param left how many tries there are */
  #pass(passing: Passing, left: number): void {
    const { exchange } = passing
    const refuse = (error: Error) => exchange.refuse(refusalOf(error))
    const go = () => {
      if (exchange.isOpen) this.#send(passing, left)
    }
    try {
      const ready = this.#ready(passing, () => exchange.signal)
      if (ready) this.#held(passing, ready).then(go).catch(refuse)
      else go()
    } catch (error) {
      refuse(error as Error)
    }
  }

  /** Resolves once the pod that is meant is up, and the name not paused; undefined where it is so. @throws {Refusal} at once or later */
  #ready(asking: Wanting, signal: () => AbortSignal): Promise<void> | undefined {
    const passed = this.pauses.passed(asking.name, signal)
    return passed ? passed.then(() => this.#wake(asking, signal)) : this.#wake(asking, signal)
  }

  #wake(asking: Wanting, signal: () => AbortSignal): Promise<void> | undefined {
    const group = this.#groups.get(asking.name)
    asking.pod = group ? this.#memberOf(group, asking) : asking.name
    if (asking.isQuiet && this.#behind.pods.get(asking.pod)?.asleepSince !== undefined) {
      throw new Refusal(503, 'asleep', 'What is asked for sleeps, and is not woken for this', { retryAfterS: 60 })
    }
    return this.#wakes.ready(asking.pod, signal)
  }

  /** Members that are up, or sleep, share what comes; only if there are none, one that is about to be up is waited for. */
  #memberOf(group: Group, asking: Wanting): string {
    const { key, cookie } = keyOf(group.sticky, asking)
    asking.cookie = cookie
    const isFit = (pod: string) => {
      const known = this.#behind.pods.get(pod)
      return pod !== asking.avoid && !this.pauses.all.has(pod) && known !== undefined && isReady(known)
    }
    const isComing = (pod: string) => !this.pauses.all.has(pod) && this.#behind.pods.get(pod)?.want === 'up'
    const random = Math.random()
    const pod = memberFor(group, { isFit, key, random }) ?? memberFor(group, { isFit: isComing, key, random })
    if (pod !== undefined) return pod
    throw new Refusal(503, 'pod_down', 'What is asked for does not run', { detail: 'no member of the group is up' })
  }

  #send(passing: Passing, left: number): void {
    const { exchange, target, name, pod, path, http, cookie } = passing
    const { request, peer, id, head } = exchange
    const { httpVersion, rawHeaders } = request
    const address = this.#addressOf(pod)
    exchange.cookie = cookie
    if (pod !== name && exchange.pod !== pod) {
      if (exchange.pod !== name) this.#stats.left(exchange.pod)
      this.#stats.began(pod)
      exchange.pod = pod
    }
    const headers = onwardHeaders(rawHeaders, head, { peer, authority: target.authority, id, httpVersion })
    const { maxBody, bodyTimeoutMs, answerTimeoutMs } = this.#settings
    const onward = { path, headers, maxBody, bodyTimeoutMs }
    const done = (outcome: Outcome) => {
      if (outcome.isDone || exchange.refusal) return
      // Nobody has seen the request, so that it can go to whoever is there next.
      if (!outcome.isDelivered && left > 1 && exchange.isOpen) this.#pass({ ...passing, avoid: pod }, left - 1)
      else exchange.refuse(refusalOf(outcome.error))
    }
    if (http === 'h2c') void forwardH2c(this.#sessions, exchange, { ...onward, address, answerTimeoutMs }, done)
    else if (isExpecting(head)) void forwardExpecting(address, exchange, { ...onward, answerTimeoutMs }).then(done)
    else forward(this.#upstreams.to(address), exchange, onward, done)
  }

  /** Resolves once the pod is up; a browser that waits for long gets a page meanwhile, and asks again. */
  async #held({ exchange, name }: Passing, ready: Promise<void>): Promise<void> {
    const { request, response } = exchange
    if (!wantsPage(request.method, request.headers)) return await ready
    const timer = setTimeout(() => {
      if (!exchange.isOpen) return
      const page = waitingPage(name, { refreshS, template: this.#settings.page })
      response.writeHead(503, undefined, [
        ...['content-type', 'text/html; charset=utf-8', 'cache-control', 'no-store', 'retry-after', String(refreshS)],
        ...['content-length', String(Buffer.byteLength(page)), 'x-request-id', exchange.id, 'x-p8a-error', 'starting'],
      ])
      response.end(page)
    }, this.#settings.pageAfterMs)
    await ready.finally(() => clearTimeout(timer))
  }

  #addressOf(pod: string): Address {
    const address = addressOf(this.#behind.pods.get(pod)?.ports)
    if (address) return address
    throw new Refusal(502, 'no_port', 'What is asked for listens nowhere', { detail: 'Its config has no `listen`' })
  }

  #idOf({ id }: Head): string {
    return id ?? `${this.#boot}-${(this.#count++).toString(36)}`
  }

  #peerOf(socket: Asking['socket']): Peer {
    let peer = this.#peers.get(socket)
    if (!peer) {
      const address = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
      const isTrusted = this.#settings.trusted.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
      peer = { address, protocol: 'encrypted' in socket ? 'https' : 'http', isTrusted }
      this.#peers.set(socket, peer)
    }
    return peer
  }
}

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.')

/** What an error of the way to a pod means to its client. */
function refusalOf(error: Error & { code?: string }): Refusal {
  if (error instanceof Refusal) return error
  if (error.code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new Refusal(504, 'answer_timeout', 'What is asked for did not answer in time', { detail: error.message })
  }
  return new Refusal(502, 'pod_broke_off', 'What is asked for broke off', {
    detail: `${error.code ?? error.name}: ${error.message}`,
  })
}
