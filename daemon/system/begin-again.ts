// Lets this process begin its program anew: the same pid, so that whoever supervises it notices nothing.
import { wholeEnvironment } from './environment.ts'

/**
 * Returns only where the system cannot do it: then the process ends, and its supervisor starts it again. Everything must
 * have been taken down before; descriptors that Node opened close by themselves.
 * @param argv the program and its arguments, as this process was given them
 */
export function beginAgain(argv: readonly string[]): void {
  const { execPath, execArgv } = process
  // Node says that it is new each time it is used.
  process.removeAllListeners('warning')
  process.execve?.(execPath, [execPath, ...execArgv, ...argv], wholeEnvironment({}))
}
