// JSON-RPC 2.0: parsed messages in, answers out. The one place where errors become wire replies; it knows nothing of
// connections.
import {
  isJSONRPCRequest,
  type JSONRPCID,
  type JSONRPCRequest,
  type JSONRPCResponse,
  JSONRPCServer,
} from 'json-rpc-2.0'
import { P8aError, toWireError } from '../../../protocol/errors.ts'
import { type MethodName, type MethodParams, methods } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { Dialog } from '../../pod/dialog.ts'
import type { HostLog } from '../../system/host-log.ts'
import type { SendEntries } from '../../verbs/logs.ts'
import { parseParams } from '../../verbs/params.ts'
import type { Verbs } from '../../verbs/table.ts'
import { type Audit, audited } from '../access/audited.ts'
import type { Identity, Verdict } from '../access/authority.ts'
import { withinSight } from '../access/confine.ts'
import { checkRights } from '../access/rights.ts'
import type { Dialogs } from './dialogs.ts'
import { openRpcDocument } from './openrpc.ts'
import type { OwnVerbs } from './own-verbs.ts'
import type { Requests } from './requests.ts'

/** A connection, or an HTTP request, as the dispatcher sees it. */
export type Client = {
  /** Who it is, once that is known. */
  identity: Identity | undefined
  /** Where it comes from: an address, or `unix`. */
  address: string
  /** Looks at a token, without waiting; where it is right, the client is known from now on. */
  authorize(token: unknown): Verdict
  /** Whether who it is still may come in: its token may have been removed, or its time be over. */
  isValid(identity: Identity): boolean
  /** Aborted when the client is gone. */
  signal: AbortSignal
  /** Sends a batch of log entries for a request, or undefined where the transport has no streams. */
  sendEntries: ((request: JSONRPCID) => SendEntries) | undefined
  /** The commands it has under way, or undefined where the transport cannot carry any. */
  dialogs?: Dialogs | undefined
  /** The requests that it may give up, or undefined where the transport has no way to say so but to go. */
  requests?: Requests | undefined
}

type Call = { client: Client; id: JSONRPCID | undefined }

type RpcOptions = {
  version: string
  log: HostLog
  /** The verbs that are no host's. */
  own: OwnVerbs
  audit: Audit
  /** Called after each request. */
  onAnswered?: () => void
}

/** How many requests a batch may hold: each is a few bytes, and its answer is hundreds that wait for all others. */
const maxBatch = 1000

export class Rpc {
  #server = new JSONRPCServer<Call>({ errorListener: () => {} })
  #log: HostLog
  #audit: Audit
  #onAnswered: () => void

  constructor(verbs: Verbs, options: RpcOptions) {
    this.#log = options.log
    this.#audit = options.audit
    this.#onAnswered = options.onAnswered ?? (() => {})
    let document: Record<string, unknown> | undefined
    const all: Record<string, (params: never, call: Call) => unknown> = {
      ...Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, hostVerb(name, verb)])),
      ...Object.fromEntries(Object.entries(options.own).map(([name, verb]) => [name, ownVerb(verb)])),
      'host.auth': ({ token }: { token: string }, { client }: Call) => {
        const verdict = client.authorize(token)
        if ('refusal' in verdict) throw unauthorized(verdict.refusal)
        return { authorized: true }
      },
      'rpc.discover': () => {
        // Made once: it takes as long as a hundred other answers, and a line asks for it.
        document ??= openRpcDocument(options.version)
        return document
      },
      'rpc.cancel': ({ request }: MethodParams<'rpc.cancel'>, { client }: Call) => ({
        canceled: client.requests?.cancel(request) ?? false,
      }),
      'pod.command.input': ({ request, text }: MethodParams<'pod.command.input'>, { client }: Call) => {
        dialogOf(client, request).input(text)
        return { taken: true }
      },
      'pod.command.cancel': ({ request }: MethodParams<'pod.command.cancel'>, { client }: Call) => {
        dialogOf(client, request).end('The command was canceled')
        return { canceled: true }
      },
    }
    for (const method of Object.keys(methods) as MethodName[]) {
      const work = (params: unknown, call: Call) => all[method]?.(parseParams(method, params) as never, call)
      this.#server.addMethod(method, async (params, call) => {
        const { identity, address } = call.client
        if (!identity) return await work(params, call)
        const from = identity.from ?? address
        return await audited(options.audit, { method, params, identity, from }, async () => {
          checkRights(method, { params, identity })
          return await withinSight(identity, async () => await work(params, call))
        })
      })
    }
    this.#server.mapErrorToJSONRPCErrorResponse = (id, error) => ({ jsonrpc: '2.0', id, error: this.#toWire(error) })
  }

  /** Answers a message, which may be a batch; null where nothing is to be answered. */
  async answer(message: unknown, client: Client): Promise<JSONRPCResponse | JSONRPCResponse[] | null> {
    try {
      return await this.#answerAll(message, client)
    } finally {
      this.#onAnswered()
    }
  }

  async #answerAll(message: unknown, client: Client): Promise<JSONRPCResponse | JSONRPCResponse[] | null> {
    if (!Array.isArray(message)) return await this.#answerOne(message, client)
    // One answer for all of it: before the token, little asked must not be much answered.
    const refusal = this.#refusalOf(message[0], client)
    if (refusal !== undefined) return this.#refuse(null, unauthorized(refusal))
    if (message.length === 0) return this.#refuse(null, badRequest('the batch is empty'))
    if (message.length > maxBatch) return this.#refuse(null, tooMany(message))
    const answers = await Promise.all(message.map(request => this.#answerOne(request, client)))
    const told = answers.filter(answer => answer !== null)
    return told.length > 0 ? told : null
  }

  /** Notes in the audit log what a client wanted to change, where it was refused before any verb was asked. */
  async refused(
    method: MethodName,
    { name, error, client }: { name: string; error: unknown; client: Client },
  ): Promise<void> {
    const { identity, address } = client
    if (!identity) return
    const asked = { method, params: { name }, identity, from: identity.from ?? address }
    await audited(this.#audit, asked, () => Promise.reject(error)).catch(() => {})
  }

  /** The answer to what is no JSON. */
  answerGarbage(client: Client): JSONRPCResponse {
    if (!client.identity) return this.#refuse(null, unauthorized(noToken))
    const hint = 'Send one JSON text a line, such as {"jsonrpc":"2.0","id":1,"method":"host.info"}'
    return this.#refuse(null, new P8aError('parse_error', 'The message is no JSON', { hint }))
  }

  async #answerOne(message: unknown, client: Client): Promise<JSONRPCResponse | null> {
    const { token, ...request } = membersOf(message)
    const id = idOf(request)
    // Before anything else is looked at.
    const refusal = this.#refusalOf(message, client)
    if (refusal !== undefined) return this.#refuse(id ?? null, unauthorized(refusal))
    if (!isRequest(request)) return this.#refuse(id ?? null, badRequest('it is no JSON-RPC 2.0 request'))
    if (!this.#server.hasMethod(request.method))
      return id === undefined ? null : this.#refuse(id, unknownMethod(request.method))
    return await this.#server.receive(request, { client, id })
  }

  /** Why a client may not be answered: it is not known, and brings no token that makes it so. */
  #refusalOf(message: unknown, client: Client): string | undefined {
    if (client.identity) return client.isValid(client.identity) ? undefined : 'The token is valid no more'
    const { token, method, params } = membersOf(message)
    const given = method === 'host.auth' ? membersOf(params).token : token
    if (given === undefined) return noToken
    const verdict = client.authorize(given)
    return 'refusal' in verdict ? verdict.refusal : undefined
  }

  #refuse(id: JSONRPCID, error: P8aError): JSONRPCResponse {
    return { jsonrpc: '2.0', id, error: toWireError(error) }
  }

  #toWire(error: unknown) {
    if (!(error instanceof P8aError)) this.#log.error('bug', 'a verb met an error nobody expected', { err: error })
    return toWireError(error)
  }
}

/** Nothing is changed by these that would be left in the middle; every other verb is done to its end. */
const cancelable = ['pod.call', 'pod.logs', 'pod.output']

function hostVerb(name: string, verb: Verbs[keyof Verbs]) {
  return (params: never, { client, id }: Call) => {
    const { signal, dialogs, requests } = client
    if (id === undefined) return verb(params, { signal, send: undefined })
    const send = client.sendEntries?.(id)
    if (requests && id !== null && cancelable.includes(name))
      return requests.during(id, signal, async signal => await verb(params, { signal, send }))
    const openDialog = dialogs && id !== null ? () => dialogs.open(id) : undefined
    return verb(params, { signal, send, openDialog })
  }
}

/** @throws {P8aError} `bad_params` */
function dialogOf(client: Client, request: string | number): Dialog {
  const dialog = client.dialogs?.get(request)
  if (dialog) return dialog
  throw new P8aError('bad_params', `There is no command ${quote(String(request))} under way on this connection`, {
    hint: 'Give the id of the pod.command request; the command may be over already',
  })
}

function ownVerb(verb: OwnVerbs[keyof OwnVerbs]) {
  return (params: never, { client }: Call) => verb(params, client.identity as Identity)
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** Why who sends none is refused. */
export const noToken = 'No token was given'

/** Its id is said again in the answer, so that it must be what can be: JSON that was read may be too deep to be written. */
function isRequest(request: Record<string, unknown> | JSONRPCRequest): request is JSONRPCRequest {
  const hasRightId = request.id === undefined || idOf(request) !== undefined
  return hasRightId && isJSONRPCRequest(request) && typeof request.method === 'string'
}

function idOf(request: { id?: unknown }): JSONRPCID | undefined {
  const { id } = request
  return typeof id === 'string' || typeof id === 'number' || id === null ? id : undefined
}

/** The answer to who is not known. */
export function unauthorized(why: string): P8aError {
  return new P8aError('unauthorized', `Not authorized: ${why}`, {
    hint: [
      { text: 'Print a token on the machine of the host', do: { verb: 'host token' } },
      { text: 'send it as member "token" of a request, by host.auth, or as "Authorization: Bearer TOKEN"' },
    ],
  })
}

function badRequest(why: string): P8aError {
  return new P8aError('bad_request', `Cannot answer the message: ${why}`, {
    hint: 'Send {"jsonrpc":"2.0","id":1,"method":"host.info","params":{}}',
  })
}

function tooMany(batch: unknown[]): P8aError {
  return new P8aError('too_large', `The batch has ${batch.length} requests, the limit is ${maxBatch}`, {
    hint: 'Send them in several batches, or a line each',
    facts: { limit: maxBatch },
  })
}

function unknownMethod(name: string): P8aError {
  return new P8aError('method_not_found', `There is no method ${quote(name)}`, {
    hint: 'rpc.discover lists all methods',
    facts: { method: name.slice(0, 100) },
  })
}
