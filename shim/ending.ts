// How a run's process ends: its uncaught errors are logged, its exit code is left for the next host that looks.
import { inspect } from 'node:util'
import { P8aError } from '../protocol/errors.ts'
import type { ExitNote } from '../protocol/link.ts'
import { describeThrown, lookAt } from '../protocol/thrown.ts'

const { writeFileSync } = process.getBuiltinModule('node:fs')

/**
 * Leaves an {@link ExitNote} in `exitFile` when the process ends by itself; a process that was killed leaves none.
 * @param beforeExit called first, and not awaited
 * @returns a function that ends the process because of an error, which it logs with its stack
 */
export function noteEnding(exitFile: string, beforeExit: () => void): (error: unknown) => never {
  let fault: Omit<ExitNote, 'code'> = {}
  const fail = (error: unknown): never => {
    fault = { message: firstLine(error), ...outlookOf(error) }
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
    try {
      writeFileSync(exitFile, JSON.stringify(note), { mode: 0o600 })
    } catch {
      // Without a note the next host takes the end for a kill, and restarts the run all the same.
    }
  })
  return fail
}

function firstLine(error: unknown): string {
  if (isOurs(error)) return error.message
  const { isError, name, message } = lookAt(error)
  const text = isError ? `${name}: ${message}` : `Uncaught ${describeThrown(error, inspect)}`
  return text.split('\n', 1)[0]?.slice(0, 500) ?? ''
}

/** An image never changes; what a pod finds on its machine may. */
function outlookOf(error: unknown): { outlook?: 'none' | 'slow' } {
  return isOurs(error) ? { outlook: error.code === 'bad_image' ? 'none' : 'slow' } : {}
}

function isOurs(error: unknown): error is P8aError {
  return lookAt(error).isError && error instanceof P8aError && error.message.startsWith('Cannot start the pod: ')
}
