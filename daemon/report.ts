// Tells on stderr why a daemon could not start.
import { errorTable, P8aError } from '../protocol/errors.ts'

/** Prints the error and its hint. @returns the exit code */
export function reportStartError(error: unknown): number {
  if (!(error instanceof P8aError)) {
    process.stderr.write(`error: The host could not start: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
    return 1
  }
  process.stderr.write(`error: ${error.message}\n`)
  if (error.hint !== undefined) process.stderr.write(`hint: ${error.hint}\n`)
  return errorTable[error.code].exit
}
