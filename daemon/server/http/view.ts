// The HTTP view of scripts: finds the operation of a request, checks its input, and answers. The host's verbs do the
// work, as for any client of JSON-RPC.
import type http from 'node:http'
import * as v from 'valibot'
import { type ErrorCode, errorTable, fromWireError, P8aError, type WireError } from '../../../protocol/errors.ts'
import { type Command, commandText, hintText } from '../../../protocol/hint.ts'
import type { MethodInput, MethodName, MethodResults } from '../../../protocol/methods.ts'
import type { Role } from '../../../protocol/roles.ts'
import { type OperationId, operations, type ViewInput } from '../../../protocol/view.ts'
import { configEntries } from '../../../protocol/view-schemas.ts'
import type { Seams } from '../../system/seams.ts'
import { noToken, unauthorized } from '../access/unauthorized.ts'
import type { Guest } from '../guest.ts'
import type { Client } from '../lines/client.ts'
import { errorReply } from '../lines/reply.ts'
import type { Rpc } from '../lines/rpc.ts'
import { fits, meantMethod, methodsOf, WrongMethod } from './methods.ts'
import { acceptsBodies, admit, readBody, refuseEncoded, refuseUnlessJson } from './request.ts'
import { viewActions } from './view-actions.ts'
import type { AskHost, ViewAnswer } from './view-means.ts'

export type ViewOptions = { seams: Pick<Seams, 'settings' | 'log'>; rpc: Rpc; client: Guest }

export async function answerView(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: ViewOptions,
): Promise<void> {
  const asked: Asked = { isPassedOn: false }
  try {
    const answered = await act(request, response, { ...options, asked })
    if (answered) send(response, answered.status, answered.body)
  } catch (error) {
    if (asked.verb && !asked.isPassedOn)
      await options.rpc.refused(asked.verb, { name: asked.name ?? '', error, client: options.client })
    // The client went away in the middle of its body, or of the answer.
    if (options.client.signal.aborted || response.headersSent) return void response.destroy()
    await options.client.atone(options.seams.settings.wrongTokenDelay)
    // An unknown client has had its one request.
    if (!options.client.identity) response.setHeader('connection', 'close')
    sendProblem(response, error, options)
  }
}

async function act(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { seams, rpc, client, asked }: ViewOptions & { asked: Asked },
): Promise<ViewAnswer | undefined> {
  admit(request, { client, settings: seams.settings })
  if (!client.identity) throw unauthorized(noToken)
  const url = readUrl(request)
  const { method = '' } = request
  if (method === 'OPTIONS' && methodsOf(url.pathname).length > 0) {
    response.setHeader('allow', methodsOf(url.pathname).join(', '))
    return { status: 204 }
  }
  refuseEncoded(request)
  if (url.pathname === '/openapi.json') {
    if (meantMethod(method) !== 'GET')
      throw new WrongMethod(method, { path: url.pathname, allowed: methodsOf(url.pathname) })
    const { openApiDocument } = await import('./openapi.ts')
    return { status: 200, body: openApiDocument() }
  }
  const { operation, id } = findOperation(method, url.pathname)
  asked.verb = verbOf[operation]
  asked.name = id
  const spec = operations[operation]
  const query = check(spec.query, Object.fromEntries(url.searchParams), 'query')
  const body =
    'body' in spec
      ? check(spec.body, await readJson(request, { seams, role: client.identity.role }), 'body')
      : undefined
  if (operation === 'startProcess') asked.name = (body as ViewInput<'startProcess'>['body']).command_id
  const ask = askOf(rpc, client, method => {
    if (method === asked.verb) asked.isPassedOn = true
  })
  // Each action gets what its own operation's schemas have made.
  const action = viewActions[operation] as (input: unknown, means: object) => Promise<ViewAnswer | undefined>
  return await action({ id, query, body }, { ask, request, response, signal: client.signal })
}

/**
 * What a request wants to change, and whether it was passed on to the verb, which then writes its own line in the audit
 * log.
 */
type Asked = { verb?: MethodName | undefined; name?: string; isPassedOn: boolean }

const verbOf: Partial<Record<OperationId, MethodName>> = {
  addItem: 'queue.add',
  retryItems: 'queue.retry',
  dropItems: 'queue.drop',
  moveItems: 'queue.move',
  cancelItem: 'queue.cancel',
  pauseQueue: 'queue.pause',
  resumeQueue: 'queue.resume',
  createCommand: 'pod.push',
  removeCommand: 'pod.remove',
  startProcess: 'pod.start',
  stopProcess: 'pod.stop',
  removeProcess: 'pod.remove',
}

function readUrl(request: http.IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://host')
  } catch {
    throw new P8aError('bad_request', 'Cannot read the URL', { hint: 'GET /openapi.json describes what there is' })
  }
}

function findOperation(method: string, path: string): { operation: OperationId; id: string } {
  const parts = path.split('/')
  const found = (Object.keys(operations) as OperationId[]).find(
    operation => operations[operation].method === meantMethod(method) && fits(operations[operation].path, parts),
  )
  if (found) return { operation: found, id: decoded(parts[2] ?? '') }
  const allowed = methodsOf(path)
  if (allowed.length > 0) throw new WrongMethod(method, { path, allowed })
  throw new P8aError('method_not_found', `There is nothing at ${path}`, {
    hint: 'JSON-RPC is at POST /rpc; GET /openapi.json describes everything else',
  })
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (cause) {
    throw new P8aError('bad_request', `Cannot read ${JSON.stringify(part)} in the URL`, {
      hint: 'A "%" is followed by two hexadecimal digits; the sign itself is %25',
      cause,
    })
  }
}

async function readJson(
  request: http.IncomingMessage,
  { seams, role }: { seams: ViewOptions['seams']; role: Role },
): Promise<unknown> {
  refuseUnlessJson(request)
  const body = await readBody(request, { seams, role })
  if (body === undefined) throw new P8aError('parse_error', 'The body is not JSON', { hint: 'Send one JSON object' })
  return body
}

function check(schema: v.GenericSchema, value: unknown, where: 'query' | 'body'): unknown {
  const result = v.safeParse(schema, Array.isArray(value) ? null : value)
  if (result.success) return result.output
  const [issue] = result.issues
  const key = issue.path?.map(item => String(item.key)).join('.') ?? ''
  const isUnknown = issue.type === 'strict_object' && issue.expected === 'never'
  const why = issue.received === 'undefined' ? 'is missing' : issue.message
  const what =
    key === '' ? `the ${where} must be an object` : isUnknown ? `there is no field "${key}"` : `"${key}" ${why}`
  const known = Object.keys((schema as unknown as { entries: object }).entries)
  // A member that belongs to the config elsewhere has the error code of the config.
  const code = Object.hasOwn(configEntries, issue.path?.[0]?.key as string) ? 'bad_config' : 'bad_params'
  throw new P8aError(code, `Cannot read the ${where}: ${what}`, {
    hint: known.length > 0 ? `There are: ${known.join(', ')}` : `It takes no ${where}`,
    facts: { field: key },
  })
}

/** Asks the host like any client. */
function askOf(rpc: Rpc, client: Client, onAsked: (method: MethodName) => void): AskHost {
  return async <M extends MethodName>(method: M, params: MethodInput<M>) => {
    onAsked(method)
    const answer = (await rpc.answer({ jsonrpc: '2.0', id: 1, method, params }, client)) as {
      result?: MethodResults[M]
      error?: WireError
    }
    if (answer.error) throw fromWireError(answer.error)
    return answer.result as MethodResults[M]
  }
}

function sendProblem(response: http.ServerResponse, error: unknown, { seams }: ViewOptions): void {
  if (!(error instanceof P8aError))
    seams.log.error('bug', 'a request failed with an error that nobody expected', { err: error })
  const { message, data } = errorReply(null, error).error
  const code = (data?.code ?? 'internal') as ErrorCode
  if (code === 'too_large') response.setHeader('connection', 'close')
  if (code === 'unauthorized') response.setHeader('www-authenticate', 'Bearer')
  const isWrongMethod = error instanceof WrongMethod
  if (isWrongMethod) response.setHeader('allow', error.allowed.join(', '))
  if (code === 'bad_content_type') acceptsBodies(response)
  const text = error instanceof P8aError ? hintText(error.steps, inShort) : data?.hint
  const hint = text === undefined ? {} : { hint: text }
  send(response, isWrongMethod ? 405 : errorTable[code].http, { code, message, ...hint })
}

/** A client of the HTTP view talks to this same host, so a command need not name it. */
function inShort(command: Command): string {
  return commandText(command, { remote: '' })
}

function send(response: http.ServerResponse, status: number, body: unknown): void {
  response.statusCode = status
  if (body === undefined) return void response.end()
  response.setHeader('content-type', 'application/json')
  const text = `${JSON.stringify(body)}\n`
  // Node does not say it for HEAD.
  response.setHeader('content-length', Buffer.byteLength(text))
  response.end(text)
}
