// Expects an error of ours by its code.
import * as assert from 'uvu/assert'
import { type ErrorCode, P8aError } from '../../protocol/errors.ts'

/** Does `work`, which must fail with `code`, and returns the error. */
export async function failsWith(code: ErrorCode, work: () => unknown): Promise<P8aError> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    assert.is(error.code, code)
    return error
  }
  throw new Error(`nothing was thrown in place of ${code}`)
}
