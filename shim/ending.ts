// How a run's process ends: its uncaught errors are logged, its exit code is left for the next host that looks.
import { inspect } from 'node:util'
import { P8aError } from '../protocol/errors.ts'
import type { ExitNote } from '../protocol/link.ts'
import { describeThrown, lookAt } from '../protocol/thrown.ts'
import { leaveNote, reserveNote } from './leave-note.ts'

/**
 * Leaves an {@link ExitNote} in `exitFile` when the process ends by itself; a process that was killed leaves none.
 * @param how.beforeExit called first, and not awaited
 * @param how.isLoading whether its code has yet to be loaded
 * @returns a function that ends the process because of an error, which it logs with its stack
 */
export function noteEnding(
  exitFile: string,
  { beforeExit, isLoading }: { beforeExit: () => void; isLoading: () => boolean },
): (error: unknown) => never {
  let fault: Omit<ExitNote, 'code'> = {}
  try {
    reserveNote(exitFile)
  } catch {
    // Without a note the next host takes the end for a kill, and restarts the run all the same.
  }
  const fail = (error: unknown): never => {
    fault = { message: firstLine(error), ...outlookOf(error, isLoading()) }
    // An error that we report is not in the pod's code, so a stack would not help.
    process.stderr.write(`${isOurs(error) ? error.message : describeThrown(error, inspect)}\n`)
    process.exit(1)
  }
  process.on('uncaughtException', error => {
    // A pod that handles its own uncaught errors keeps that right.
    if (process.listenerCount('uncaughtException') === 1) fail(error)
  })
  process.on('exit', code => {
    beforeExit()
    const note: ExitNote = { code, ...fault }
    leaveNote(exitFile, note)
  })
  return fail
}

function firstLine(error: unknown): string {
  if (isOurs(error)) return error.message
  const { isError, name, message } = lookAt(error)
  const text = isError ? `${name}: ${message}` : `Uncaught ${describeThrown(error, inspect)}`
  return text.split('\n', 1)[0]?.slice(0, 500) ?? ''
}

/** An image never changes; what a pod finds on its machine may, and code that cannot be loaded is as it is until somebody mends it. */
function outlookOf(error: unknown, isLoading: boolean): { outlook?: 'none' | 'slow' } {
  if (isOurs(error)) return { outlook: error.code === 'bad_image' ? 'none' : 'slow' }
  return isLoading && isOfCode(error) ? { outlook: 'slow' } : {}
}

/** Of Node, where a file of code is not there, or is none that it can load. */
const loadErrors = new Set<unknown>([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
])

function isOfCode(error: unknown): boolean {
  const { name, code, stack = '' } = lookAt(error)
  // Node itself reads code; what reads a text that is no code, as `JSON.parse`, stands above it.
  const isOfNode = /^ +at .*$/m.exec(stack)?.[0].includes('node:internal/') === true
  return loadErrors.has(code) || (name === 'SyntaxError' && isOfNode)
}

function isOurs(error: unknown): error is P8aError {
  return lookAt(error).isError && error instanceof P8aError && error.message.startsWith('Cannot start the pod: ')
}
