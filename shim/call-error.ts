// What a pod's code threw, as its caller gets it: message, code and stack.
import { inspect } from 'node:util'
import { type ErrorCode, type ErrorFacts, errorTable, P8aError } from '../protocol/errors.ts'
import { type Hint, readSteps } from '../protocol/hint.ts'
import { describeThrown, lookAt, memberOf } from '../protocol/thrown.ts'

/** What an exported function threw: `call_failed`, with its name, stack and own code among the facts. */
export function toCallError(error: unknown): P8aError {
  const { isError, name, message, stack, code } = lookAt(error)
  // What a function threw that the pod itself had called: it keeps the name, the stack and the code of the first.
  if (isError && error instanceof P8aError && error.code === 'call_failed') return error
  if (!isError) return new P8aError('call_failed', `The function threw ${describeThrown(error, inspect)}`)
  return new P8aError('call_failed', message || name, {
    hint: hintOf(error),
    facts: { name, stack, ...(code === undefined ? {} : { errorCode: code }) },
    cause: error,
  })
}

/** What a handler of a host threw. A handler speaks for the host, so a code of ours, and the hint, are kept. */
export function toHandlerError(error: unknown): P8aError {
  if (lookAt(error).isError && error instanceof P8aError) return error
  const { message, facts: thrown } = toCallError(error)
  const [code, told] = ['code', 'facts'].map(key => memberOf(error, key))
  const isOurs = typeof code === 'string' && Object.hasOwn(errorTable, code)
  return new P8aError(isOurs ? (code as ErrorCode) : 'call_failed', message, {
    hint: hintOf(error),
    // The facts of an error from another host say more than its stack.
    facts: isOurs && Object.keys(told ?? {}).length > 0 ? (told as ErrorFacts) : thrown,
    cause: error,
  })
}

/** What it says is to be done about it: `steps`, as an error of the host or of `p8a/client` has them, or a text. */
function hintOf(error: unknown): Hint {
  const [hint, steps] = ['hint', 'steps'].map(key => memberOf(error, key))
  return readSteps(steps) ?? (typeof hint === 'string' ? hint : [])
}
