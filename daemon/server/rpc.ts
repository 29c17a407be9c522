// JSON-RPC 2.0: parsed messages in, answers out. The one place where errors become wire replies; it knows nothing of
// connections.
import {
  isJSONRPCRequest,
  type JSONRPCID,
  type JSONRPCRequest,
  type JSONRPCResponse,
  JSONRPCServer,
} from 'json-rpc-2.0'
import { P8aError, toWireError } from '../../protocol/errors.ts'
import { type MethodName, type MethodParams, methods } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Dialog } from '../host/dialog.ts'
import type { Verbs } from '../host/host.ts'
import type { SendEntries } from '../host/logs.ts'
import { parseParams } from '../host/params.ts'
import type { HostLog } from '../host-log.ts'
import type { Dialogs } from './dialogs.ts'
import { openRpcDocument } from './openrpc.ts'

/** A connection, or an HTTP request, as the dispatcher sees it. */
export type Client = {
  isAuthorized: boolean
  /** Checks a token; remembers for the connection where there is one. */
  authorize(token: unknown): boolean
  /** Aborted when the client is gone. */
  signal: AbortSignal
  /** Sends a batch of log entries for a request, or undefined where the transport has no streams. */
  sendEntries: ((request: JSONRPCID) => SendEntries) | undefined
  /** The commands it has under way, or undefined where the transport cannot carry any. */
  dialogs?: Dialogs | undefined
}

type Call = { client: Client; id: JSONRPCID | undefined }

export class Rpc {
  #server = new JSONRPCServer<Call>({ errorListener: () => {} })
  #log: HostLog
  #onAnswered: () => void

  /** @param options.onAnswered called after each request */
  constructor(verbs: Verbs, options: { version: string; log: HostLog; onAnswered?: () => void }) {
    this.#log = options.log
    this.#onAnswered = options.onAnswered ?? (() => {})
    const all: Record<string, (params: never, call: Call) => unknown> = {
      ...Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, hostVerb(verb)])),
      'host.auth': ({ token }: { token: string }, { client }: Call) => {
        if (client.authorize(token)) return { authorized: true }
        throw unauthorized('The token is wrong')
      },
      'rpc.discover': () => openRpcDocument(options.version),
      'pod.command.input': ({ request, text }: MethodParams<'pod.command.input'>, { client }: Call) => {
        dialogOf(client, request).input(text)
        return { taken: true }
      },
      'pod.command.cancel': ({ request }: MethodParams<'pod.command.cancel'>, { client }: Call) => {
        dialogOf(client, request).end('The command was canceled')
        return { canceled: true }
      },
    }
    for (const name of Object.keys(methods) as MethodName[]) {
      this.#server.addMethod(name, (params, call) => all[name]?.(parseParams(name, params) as never, call))
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
    if (message.length === 0) return this.#refuse(null, badRequest('the batch is empty'))
    // One answer for all of it: before the token, little asked must not be much answered.
    if (!client.isAuthorized && !this.#bringsToken(message[0], client))
      return this.#refuse(null, unauthorized('No token was given'))
    const answers = await Promise.all(message.map(request => this.#answerOne(request, client)))
    const told = answers.filter(answer => answer !== null)
    return told.length > 0 ? told : null
  }

  /** The answer to what is no JSON. */
  answerGarbage(client: Client): JSONRPCResponse {
    if (!client.isAuthorized) return this.#refuse(null, unauthorized('No token was given'))
    const hint = 'Send one JSON text a line, such as {"jsonrpc":"2.0","id":1,"method":"host.info"}'
    return this.#refuse(null, new P8aError('parse_error', 'The message is no JSON', { hint }))
  }

  async #answerOne(message: unknown, client: Client): Promise<JSONRPCResponse | null> {
    const { token, ...request } = (typeof message === 'object' && message !== null ? message : {}) as Record<
      string,
      unknown
    >
    const isAuthorized = client.isAuthorized || (token !== undefined && client.authorize(token))
    const id = idOf(request)
    // Before anything else is looked at.
    if (!isAuthorized && request.method !== 'host.auth') {
      return this.#refuse(id ?? null, unauthorized(token === undefined ? 'No token was given' : 'The token is wrong'))
    }
    if (!isJSONRPCRequest(request) || typeof request.method !== 'string')
      return this.#refuse(id ?? null, badRequest('it is no JSON-RPC 2.0 request'))
    if (!this.#server.hasMethod(request.method))
      return id === undefined ? null : this.#refuse(id, unknownMethod(request.method))
    return await this.#server.receive(request as JSONRPCRequest, { client, id })
  }

  #bringsToken(request: unknown, client: Client): boolean {
    const { token, method, params } = (request ?? {}) as {
      token?: unknown
      method?: unknown
      params?: { token?: unknown }
    }
    const given = method === 'host.auth' ? params?.token : token
    return given !== undefined && client.authorize(given)
  }

  #refuse(id: JSONRPCID, error: P8aError): JSONRPCResponse {
    return { jsonrpc: '2.0', id, error: toWireError(error) }
  }

  #toWire(error: unknown) {
    if (!(error instanceof P8aError)) this.#log.error('bug', 'a verb met an error nobody expected', { err: error })
    return toWireError(error)
  }
}

function hostVerb(verb: Verbs[keyof Verbs]) {
  return (params: never, { client, id }: Call) => {
    const { signal, dialogs } = client
    if (id === undefined) return verb(params, { signal, send: undefined })
    const openDialog = dialogs && id !== null ? () => dialogs.open(id) : undefined
    return verb(params, { signal, send: client.sendEntries?.(id), openDialog })
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

/** Our own messages begin in lower case; valibot's are "Invalid type: Expected string but received undefined". */

function idOf(request: Record<string, unknown>): JSONRPCID | undefined {
  const { id } = request
  return typeof id === 'string' || typeof id === 'number' || id === null ? id : undefined
}

function unauthorized(why: string): P8aError {
  return new P8aError('unauthorized', `Not authorized: ${why}`, {
    hint: 'The token is what `pod host token` prints on the machine of the host; send it as member "token" of a request, by host.auth, or as "Authorization: Bearer TOKEN"',
  })
}

function badRequest(why: string): P8aError {
  return new P8aError('bad_request', `Cannot answer the message: ${why}`, {
    hint: 'Send {"jsonrpc":"2.0","id":1,"method":"host.info","params":{}}',
  })
}

function unknownMethod(name: string): P8aError {
  return new P8aError('method_not_found', `There is no method ${quote(name)}`, {
    hint: 'rpc.discover lists all methods',
    facts: { method: name.slice(0, 100) },
  })
}
