// What a pod's code threw, as whoever called it gets it: message, code and stack.
import { inspect } from 'node:util'
import { type ErrorCode, type ErrorFacts, errorTable, P8aError } from '../protocol/errors.ts'

/** What an exported function threw: `call_failed`, with its name, stack and own code among the facts. */
export function toCallError(error: unknown): P8aError {
  if (!(error instanceof Error)) return new P8aError('call_failed', `The function threw ${inspect(error)}`)
  const { code } = error as { code?: unknown }
  const hasCode = typeof code === 'string' || typeof code === 'number'
  return new P8aError('call_failed', error.message || error.name, {
    facts: { name: error.name, stack: error.stack, ...(hasCode ? { errorCode: code } : {}) },
    cause: error,
  })
}

/** What a handler of a host threw. It speaks for the host: a code of ours that it bears, and its hint, are kept. */
export function toHandlerError(error: unknown): P8aError {
  if (error instanceof P8aError) return error
  const { code, hint, facts: told } = (error ?? {}) as { code?: unknown; hint?: unknown; facts?: unknown }
  const { message, facts: thrown } = toCallError(error)
  const isOurs = typeof code === 'string' && Object.hasOwn(errorTable, code)
  return new P8aError(isOurs ? (code as ErrorCode) : 'call_failed', message, {
    ...(typeof hint === 'string' ? { hint } : {}),
    // Those of an error that another host answered say more than its stack.
    facts: isOurs && Object.keys(told ?? {}).length > 0 ? (told as ErrorFacts) : thrown,
    cause: error,
  })
}
