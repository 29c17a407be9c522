// What an operation of the HTTP view can use, and what it answers.
import type http from 'node:http'
import type { MethodInput, MethodName, MethodResults } from '../../../protocol/methods.ts'

/** Asks a verb of the host, for the client of the request. */
export type AskHost = <M extends MethodName>(method: M, params: MethodInput<M>) => Promise<MethodResults[M]>

/** What an action may use beside its input. */
export type Means = {
  ask: AskHost
  request: http.IncomingMessage
  response: http.ServerResponse
  signal: AbortSignal
}

/** Undefined if the action has sent the answer itself. */
export type ViewAnswer = { status: number; body?: unknown }
