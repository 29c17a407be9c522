// Brings a request to its pod: waits until that is up, and goes to whoever is there next where nobody has seen the request.

import type { Address } from '../port-address.ts'
import type { Directory } from './directory.ts'
import type { Exchange } from './exchange.ts'
import { forwardExpecting, isExpecting } from './expecting.ts'
import { forward, type Outcome } from './forward.ts'
import { forwardH2c } from './forward-h2c.ts'
import { H2cSessions } from './h2c-sessions.ts'
import type { Readiness, Wanting } from './readiness.ts'
import { refusalOf } from './refusal.ts'
import { onwardHeaders } from './request-headers.ts'
import type { Settings } from './settings.ts'
import type { Stats } from './stats.ts'
import { Upstreams } from './upstreams.ts'
import { heldWithPage } from './waiting-page.ts'

/** A request that is to be brought. `authority`: the host as the client wrote it. */
export type Bringing = Wanting & { exchange: Exchange; authority: string }

/** How often a request goes to a pod that turned out not to be reached. */
const tries = 3

export class Delivery {
  #directory: Directory
  #readiness: Readiness
  #settings: Settings
  #stats: Stats
  #upstreams: Upstreams
  #sessions = new H2cSessions()

  constructor(
    { directory, readiness, stats }: { directory: Directory; readiness: Readiness; stats: Stats },
    settings: Settings,
  ) {
    this.#directory = directory
    this.#readiness = readiness
    this.#settings = settings
    this.#stats = stats
    const { answerTimeoutMs, connections, maxHeaderBytes: maxHeadBytes } = settings
    this.#upstreams = new Upstreams({ answerTimeoutMs, connections, maxHeadBytes })
  }

  /** Lets go of the addresses at which no pod listens any more. */
  keep(addresses: readonly Address[]): void {
    this.#upstreams.keep(addresses)
    this.#sessions.keep(addresses)
  }

  close(): void {
    this.#sessions.close()
    this.#upstreams.close()
  }

  /** Answers the client, whatever happens. Most requests are for a pod that is up, and go on in the same turn. */
  bring(bringing: Bringing, left = tries): void {
    const { exchange, name } = bringing
    const refuse = (error: Error) => exchange.refuse(refusalOf(error))
    const go = () => {
      if (exchange.isOpen) this.#send(bringing, left)
    }
    try {
      const ready = this.#readiness.of(bringing, () => exchange.signal)
      if (ready)
        heldWithPage(exchange, ready, { name, ...this.#settings })
          .then(go)
          .catch(refuse)
      else go()
    } catch (error) {
      refuse(error as Error)
    }
  }

  #send(bringing: Bringing, left: number): void {
    const { exchange, authority, name, pod, path, http, cookie } = bringing
    const { request, peer, id, head } = exchange
    const { httpVersion, rawHeaders } = request
    const address = this.#directory.addressOf(pod)
    exchange.cookie = cookie
    if (pod !== name && exchange.pod !== pod) {
      if (exchange.pod !== name) this.#stats.left(exchange.pod)
      this.#stats.began(pod)
      exchange.pod = pod
    }
    const headers = onwardHeaders(rawHeaders, head, { peer, authority, id, httpVersion })
    const { maxBody, bodyTimeoutMs, answerTimeoutMs } = this.#settings
    const onward = { path, headers, maxBody, bodyTimeoutMs }
    const done = (outcome: Outcome) => {
      if (outcome.isDone || exchange.refusal) return
      // Nobody has seen the request, so that it can go to whoever is there next.
      if (!outcome.isDelivered && left > 1 && exchange.isOpen) this.bring({ ...bringing, avoid: pod }, left - 1)
      else exchange.refuse(refusalOf(outcome.error))
    }
    if (http === 'h2c') void forwardH2c(this.#sessions, exchange, { ...onward, address, answerTimeoutMs }, done)
    else if (isExpecting(head, httpVersion))
      void forwardExpecting(address, exchange, { ...onward, answerTimeoutMs })
        .catch((error: Error): Outcome => ({ isDone: false, error, isDelivered: true }))
        .then(done)
    else forward(this.#upstreams.to(address), exchange, onward, done)
  }
}
