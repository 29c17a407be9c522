// Parts of the CLI that ship as files of their own, since few commands need them and every command pays for the size of
// the one file that it loads.
import { P8aError } from '../../protocol/errors.ts'

/** What a part does. Its file has a copy of the error class, which is another class here: errors become ours. */
export async function ofPart<T>(work: Promise<T>): Promise<T> {
  return await work.catch(error => {
    throw inOwnClass(error)
  })
}

function inOwnClass(error: unknown): unknown {
  if (error instanceof P8aError || !(error instanceof Error) || error.name !== 'P8aError') return error
  const { code, message, steps, facts, cause } = error as P8aError
  return new P8aError(code, message, { hint: steps, facts, cause })
}
