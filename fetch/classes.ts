// The classes of a pod that exports `fetch`: a Response and a Request that are made of what they were given only when somebody looks at
// them. To everyone else they are those of Node.
import { FastResponse, NodeRequest, patchGlobalRequest } from 'srvx/node'

/** What can be fetched. */
type Asked = Parameters<typeof globalThis.fetch>[0]

/** Statuses whose responses have no body. */
const withoutBody = new Set([204, 205, 304])

let areUsed = false

/** Puts them in the place of the globals, once. */
export function useLazyClasses(): void {
  if (areUsed) return
  areUsed = true
  patchGlobalRequest()
  put('Response', LazyResponse)
  const ask = globalThis.fetch
  put('fetch', (input: Asked, init?: RequestInit) => ask(nativeOf(input), init))
}

/** The request of a client, whose signal says by an `AbortError` that the client is gone. */
export class LazyRequest extends NodeRequest {
  #aborting: AbortController | undefined

  get _abortController(): AbortController {
    if (this.#aborting) return this.#aborting
    const aborting = new AbortController()
    this.#aborting = aborting
    const outgoing = this.runtime?.node?.res
    const onClose = () => {
      if (!outgoing?.writableEnded) aborting.abort()
    }
    if (outgoing?.destroyed) onClose()
    else outgoing?.once('close', onClose)
    return aborting
  }
}

/** As its package does not tell all of it. */
declare class Fast extends Response {
  /** One of Node, which is made when this is asked for first. */
  get _response(): Response
}

/** Refuses at once what a Response of Node refuses at once. */
class LazyResponse extends (FastResponse as unknown as typeof Fast) {
  #isMade = false

  constructor(body?: ConstructorParameters<typeof Response>[0], init?: ResponseInit) {
    if (init?.status !== undefined) checkStatus(init.status, body)
    super(body, init)
  }

  override get _response(): Response {
    this.#isMade = true
    return super._response
  }

  /** To ask one that is not made would make it. */
  static isUsed(response: Response): boolean {
    return (!(#isMade in response) || response.#isMade) && response.bodyUsed
  }

  static override json(data: unknown, init: ResponseInit = {}): Response {
    const text = JSON.stringify(data)
    if (text === undefined) throw new TypeError('The value has no JSON form')
    const headers = new Headers(init.headers)
    if (!headers.has('content-type')) headers.set('content-type', 'application/json')
    return new LazyResponse(text, { ...init, headers })
  }
}

Object.defineProperty(LazyResponse, Symbol.hasInstance, {
  value(this: { prototype: object }, value: object) {
    // A class of the pod's own that extends it has instances of its own.
    const isOurs = this === (LazyResponse as unknown)
    return isOurs ? value instanceof FastResponse : Object.prototype.isPrototypeOf.call(this.prototype, value)
  },
})

/** Whether its body was read. */
export const { isUsed } = LazyResponse

function checkStatus(status: number, body: unknown): void {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new RangeError(`The status of a Response must be a whole number from 200 to 599, and not ${status}`)
  if (body !== undefined && body !== null && withoutBody.has(status))
    throw new TypeError(`A Response with status ${status} must have no body`)
}

/** A request that is not made yet, as Node's own `fetch` takes it. */
function nativeOf(input: Asked): Asked {
  return (input as { _request?: Request })._request ?? input
}

function put(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false })
}
