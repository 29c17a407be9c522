// What a pod's code threw, as its caller gets it: message, code and stack.
import { inspect } from 'node:util'
import { type ErrorCode, type ErrorFacts, errorTable, P8aError } from '../protocol/errors.ts'
import { readSteps } from '../protocol/hint.ts'

/** What an exported function threw: `call_failed`, with its name, stack and own code among the facts. */
export function toCallError(error: unknown): P8aError {
  if (!(error instanceof Error)) return new P8aError('call_failed', `The function threw ${inspect(error)}`)
  const { code } = error as { code?: unknown }
  const hasCode = typeof code === 'string' || typeof code === 'number'
  return new P8aError('call_failed', error.message || error.name, {
    // An error of the host that the function passed on.
    ...(error instanceof P8aError && { hint: error.steps }),
    facts: { name: error.name, stack: error.stack, ...(hasCode ? { errorCode: code } : {}) },
    cause: error,
  })
}

/** What a handler of a host threw. A handler speaks for the host, so a code of ours, and the hint, are kept. */
export function toHandlerError(error: unknown): P8aError {
  if (error instanceof P8aError) return error
  const { code, hint, steps, facts: told } = (error ?? {}) as Record<string, unknown>
  const { message, facts: thrown } = toCallError(error)
  // An error of `p8a/client` has steps.
  const said = readSteps(steps) ?? (typeof hint === 'string' ? hint : undefined)
  const isOurs = typeof code === 'string' && Object.hasOwn(errorTable, code)
  return new P8aError(isOurs ? (code as ErrorCode) : 'call_failed', message, {
    ...(said === undefined ? {} : { hint: said }),
    // The facts of an error from another host say more than its stack.
    facts: isOurs && Object.keys(told ?? {}).length > 0 ? (told as ErrorFacts) : thrown,
    cause: error,
  })
}
