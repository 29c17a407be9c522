// How an error reaches the person or script that called: one line that says what happened, one that says what to do.
import { errorData, errorTable, P8aError } from '../../protocol/errors.ts'
import { environment } from '../environment.ts'
import type { Output } from './output.ts'
import { printErr } from './print.ts'

/** Prints an error on stderr. `more` are further members of its JSON form. */
export async function report(error: unknown, output: Output, more: Record<string, unknown> = {}): Promise<void> {
  const known = asP8aError(error)
  const hint = output.hint(known.steps)
  if (output.json) {
    const { code, ...data } = errorData(known)
    const body = { ...data, ...more, code, message: known.message, ...(hint === undefined ? {} : { hint }) }
    printErr(`${JSON.stringify({ error: body })}\n`)
    return
  }
  const { say } = await import('./say.ts')
  await say('error', known.message)
  if (hint !== undefined) await say('info', hint)
  if (environment.isDebug) printErr(`${error instanceof Error ? error.stack : error}\n`)
}

/** The exit code that an error stands for. An error that names an option of the command line is wrong usage. */
export function exitCodeOf(error: unknown): number {
  const { code, facts } = asP8aError(error)
  if (code === 'aborted' && facts.signal === 'SIGINT') return interruptedCode
  return typeof facts.option === 'string' ? 2 : errorTable[code].exit
}

/** As a shell tells of what Ctrl-C has ended. */
export const interruptedCode = 130

function asP8aError(error: unknown): P8aError {
  if (error instanceof P8aError) return error
  const text = error instanceof Error ? error.message : String(error)
  return new P8aError('internal', `The pod command met an error that nobody expected: ${text}`, {
    hint: 'Please report it, with what P8A_DEBUG=1 prints when you run it again',
    cause: error,
  })
}
