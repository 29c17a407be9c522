// Expects an error, by its code where it is one of ours.
import * as assert from 'uvu/assert'
import { type ErrorCode, P8aError } from '../protocol/errors.ts'

/** Does `work`, which must fail with `code`, and returns the error. */
export async function failsWith(code: ErrorCode, work: () => unknown): Promise<P8aError> {
  const error = await errorOf(work)
  if (!(error instanceof P8aError)) throw error
  assert.is(error.code, code, error.message)
  return error
}

/** Does `work`, which must fail with an error of any kind, and returns the error. */
export async function errorOf(work: () => unknown): Promise<Error & { code?: string }> {
  let value: unknown
  try {
    value = await work()
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  throw new Error(`it should fail, and gave ${JSON.stringify(value)}`)
}
