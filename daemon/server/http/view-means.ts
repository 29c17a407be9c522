// What an operation of the HTTP view has at hand, and what it answers.
import type http from 'node:http'
import type { MethodInput, MethodName, MethodResults } from '../../../protocol/methods.ts'

/** Asks the host a verb, as the client whose request it is. */
export type AskHost = <M extends MethodName>(method: M, params: MethodInput<M>) => Promise<MethodResults[M]>

/** What an action may use beside its input. */
export type Means = {
  ask: AskHost
  request: http.IncomingMessage
  response: http.ServerResponse
  signal: AbortSignal
}

/** Undefined where the action has sent the answer itself. */
export type ViewAnswer = { status: number; body?: unknown }
