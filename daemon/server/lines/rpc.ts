// JSON-RPC 2.0: parsed messages go in, answers come out. It knows nothing of connections.
import {
  isJSONRPCRequest,
  type JSONRPCErrorResponse,
  type JSONRPCID,
  type JSONRPCRequest,
  type JSONRPCResponse,
  JSONRPCServer,
} from 'json-rpc-2.0'
import { access } from '../../../protocol/access.ts'
import type { Channel } from '../../../protocol/channel/channel.ts'
import { readWindow } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { LongNumber } from '../../../protocol/long-numbers.ts'
import { isMethod, type MethodName, methods } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { HostLog } from '../../system/host-log.ts'
import { audited } from '../access/audited.ts'
import { noToken, unauthorized } from '../access/unauthorized.ts'
import { answerBatch } from './batch.ts'
import type { Call, Client } from './client.ts'
import { doMethod, type Methods, nameOf } from './do-method.ts'
import { errorReply } from './reply.ts'

type RpcOptions = Methods & {
  log: HostLog
  /** How long the answers to one batch may be, all together. */
  maxAnswersBytes: number
  /** Called after each request. */
  onAnswered?: () => void
}

/**
 * How many requests a batch may hold: each request has a few bytes, and its answer hundreds, which wait for all the
 * others.
 */
const maxBatch = 1000

export class Rpc {
  #server = new JSONRPCServer<Call>({ errorListener: () => {} })
  #log: HostLog
  #audit: Methods['audit']
  #turns: Methods['turns']
  #onAnswered: () => void
  #maxAnswersBytes: number

  constructor({ log, onAnswered = () => {}, maxAnswersBytes, ...offered }: RpcOptions) {
    this.#maxAnswersBytes = maxAnswersBytes
    this.#log = log
    this.#audit = offered.audit
    this.#turns = offered.turns
    this.#onAnswered = onAnswered
    for (const method of Object.keys(methods).filter(isMethod)) {
      this.#server.addMethod(method, async (params, call) => await doMethod(offered, { method, params }, call))
    }
    this.#server.mapErrorToJSONRPCErrorResponse = (id, error) => this.#reply(id, error)
  }

  /** Answers a message, which may be a batch; null if there is nothing to answer. */
  async answer(message: unknown, client: Client): Promise<JSONRPCResponse | JSONRPCResponse[] | null> {
    try {
      return await this.#answerAll(message, client)
    } finally {
      this.#onAnswered()
    }
  }

  /** Does brief work for a client of another door when it is its turn. */
  async inTurn<T>(client: Pick<Client, 'identity'>, work: () => Promise<T>): Promise<T> {
    return await this.#turns.during(nameOf(client), { isBrief: true }, work)
  }

  async #answerAll(message: unknown, client: Client): Promise<JSONRPCResponse | JSONRPCResponse[] | null> {
    if (!Array.isArray(message)) return await this.#answerOne(message, client)
    // One answer for the whole batch: before the token, a small request must not get a large answer.
    const refusal = this.#refusalOf(message[0], client)
    if (refusal !== undefined) return errorReply(null, unauthorized(refusal))
    if (message.length === 0) return errorReply(null, badRequest('the batch is empty'))
    if (message.length > maxBatch) return errorReply(null, tooMany(message))
    // Of a batch all is told in the one answer, so that nothing in it is taken as it comes.
    const requests: Asked[] = message.map(request => ({ ...membersOf(request), window: undefined }))
    const told = await answerBatch(requests, {
      answer: async request => await this.#answerOne(request, client),
      isRead,
      refuse: request =>
        idOf(request) === undefined ? null : errorReply(idOf(request) ?? null, tooMuch(this.#maxAnswersBytes)),
      maxBytes: this.#maxAnswersBytes,
    })
    return told.length > 0 ? told : null
  }

  /** Resolves once a client may ask for more; undefined where it may at once. */
  room(client: Client): Promise<void> | undefined {
    return client.identity && this.#turns.room(nameOf(client))
  }

  /** Writes into the audit log what a client wanted to change, if it was refused before any verb was asked. */
  async refused(
    method: MethodName,
    { name, error, client }: { name: string; error: unknown; client: Client },
  ): Promise<void> {
    const { identity, address } = client
    if (!identity) return
    const asked = { method, params: { name }, identity, from: identity.from ?? address }
    await audited(this.#audit, asked, () => Promise.reject(error)).catch(() => {})
  }

  /** The answer to a message that is not JSON. */
  answerGarbage(client: Client): JSONRPCResponse {
    if (!client.identity) return errorReply(null, unauthorized(noToken))
    const hint = 'Send one JSON text a line, such as {"jsonrpc":"2.0","id":1,"method":"host.info"}'
    return errorReply(null, new P8aError('parse_error', 'The message is not JSON', { hint }))
  }

  async #answerOne(message: unknown, client: Client): Promise<JSONRPCResponse | null> {
    const { token, window, ...request } = membersOf(message)
    const id = idOf(request)
    // Before anything else is looked at.
    const refusal = this.#refusalOf(message, client)
    if (refusal !== undefined) return errorReply(id ?? null, unauthorized(refusal))
    if (!isRequest(request)) return errorReply(id ?? null, badRequest('it is not a JSON-RPC 2.0 request'))
    const { method } = request
    if (!isMethod(method)) return id === undefined ? null : errorReply(id, unknownMethod(method))
    const work = async (channel?: Channel) => await this.#server.receive(request, { client, channel })
    // Nobody waits for the answer of a notification, so there is nothing to be told before it.
    if (!client.channels || id === undefined || id === null) return await work()
    try {
      return await client.channels.during({ id, method, window: readWindow(window) }, work)
    } catch (error) {
      return this.#reply(id, error)
    }
  }

  /** Why a client gets no answer: it is not known, and brings no valid token. */
  #refusalOf(message: unknown, client: Client): string | undefined {
    if (client.identity) return client.isValid(client.identity) ? undefined : 'The token is no longer valid'
    const { token, method, params } = membersOf(message)
    // The verb looks at the code itself.
    if (method === 'host.page.enter') return undefined
    const given = method === 'host.auth' ? membersOf(params).token : token
    if (given === undefined) return noToken
    const verdict = client.authorize(given)
    return 'refusal' in verdict ? verdict.refusal : undefined
  }

  #reply(id: JSONRPCID, error: unknown): JSONRPCErrorResponse {
    if (!(error instanceof P8aError))
      this.#log.error('bug', 'a verb failed with an error that nobody expected', { err: error })
    return errorReply(id, error)
  }
}

/** A request of a batch, before it is known whether it is one. */
type Asked = Record<string, unknown>

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** The answer repeats the id, so it must be a text, a number or null: other JSON may be too deep to write. */
function isRequest(request: Record<string, unknown> | JSONRPCRequest): request is JSONRPCRequest {
  const hasRightId = request.id === undefined || idOf(request) !== undefined
  return hasRightId && isJSONRPCRequest(request) && typeof request.method === 'string'
}

function idOf(request: { id?: unknown }): JSONRPCID | undefined {
  const { id } = request
  // The package sends ids back as they are, and looks at none.
  if (id instanceof LongNumber) return id as unknown as JSONRPCID
  return typeof id === 'string' || typeof id === 'number' || id === null ? id : undefined
}

function badRequest(why: string): P8aError {
  return new P8aError('bad_request', `Cannot answer the message: ${why}`, {
    hint: 'Send {"jsonrpc":"2.0","id":1,"method":"host.info","params":{}}',
  })
}

function tooMany(batch: unknown[]): P8aError {
  return new P8aError('too_large', `The batch has ${batch.length} requests, the limit is ${maxBatch}`, {
    hint: 'Send several batches, or each request on a line of its own',
    facts: { limit: maxBatch },
  })
}

function tooMuch(limit: number): P8aError {
  return new P8aError('too_large', `The answers to the batch are longer than ${limit} bytes`, {
    hint: 'Send each request on a line of its own, or ask for less at once',
    facts: { limit },
  })
}

/** Whether a request only reads, so that it may wait for others. */
function isRead({ method }: Asked): boolean {
  return typeof method === 'string' && isMethod(method) && access[method].role === 'read'
}

function unknownMethod(name: string): P8aError {
  return new P8aError('method_not_found', `There is no method ${quote(name)}`, {
    hint: 'rpc.discover lists all methods',
    facts: { method: name.slice(0, 100) },
  })
}
