// What a pod's function threw, as its caller gets it: message, code and stack.
import { inspect } from 'node:util'
import { type ErrorCode, errorTable, P8aError } from '../protocol/errors.ts'

/** An error of ours, or one that bears a code of ours, keeps that; any other is `call_failed` with its own among the facts. */
export function toCallError(error: unknown): P8aError {
  if (error instanceof P8aError) return error
  if (!(error instanceof Error)) return new P8aError('call_failed', `The function threw ${inspect(error)}`)
  const { code, hint } = error as { code?: unknown; hint?: unknown }
  const hasCode = typeof code === 'string' || typeof code === 'number'
  const isOurs = typeof code === 'string' && Object.hasOwn(errorTable, code)
  return new P8aError(isOurs ? (code as ErrorCode) : 'call_failed', error.message || error.name, {
    ...(typeof hint === 'string' ? { hint } : {}),
    facts: { name: error.name, stack: error.stack, ...(hasCode ? { errorCode: code } : {}) },
    cause: error,
  })
}
