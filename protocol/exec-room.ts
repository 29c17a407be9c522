// How large the variables and arguments of a process may be. Linux refuses a program that begins with more (E2BIG), but
// not one that has begun already and is given its variables then: so both have one limit, and it is checked at a start.

/** The longest text: 32 pages, with the null character that ends it. https://man7.org/linux/man-pages/man2/execve.2.html */
export const maxTextBytes = 128 * 1024 - 1
/**
 * All variables that a pod is given by its code or at a start. Those of both, the system's own and the arguments fit into
 * the 2 MiB that Linux gives a process with a usual stack.
 */
export const maxEnvBytes = 512 * 1024
/** All arguments of a script. */
export const maxArgsBytes = 512 * 1024

/** What is wrong with a variable, or undefined. */
export function variableProblem(name: string, value: string): string | undefined {
  const bytes = Buffer.byteLength(`${name}=${value}`)
  return bytes > maxTextBytes ? `has ${bytes} bytes with its name; the system takes up to ${maxTextBytes}` : undefined
}

/** What is wrong with all variables together, or undefined. */
export function variablesProblem(variables: Record<string, string>): string | undefined {
  const bytes = bytesOf(Object.entries(variables).map(([name, value]) => `${name}=${value}`))
  return bytes > maxEnvBytes ? `have ${bytes} bytes together; a pod can be given up to ${maxEnvBytes}` : undefined
}

/** What is wrong with arguments, or undefined. */
export function argumentsProblem(args: readonly string[]): string | undefined {
  const long = args.findIndex(arg => Buffer.byteLength(arg) > maxTextBytes)
  if (long !== -1) return `argument ${long + 1} has more than the ${maxTextBytes} bytes that the system takes`
  const bytes = bytesOf(args)
  return bytes > maxArgsBytes ? `its arguments have ${bytes} bytes together; the limit is ${maxArgsBytes}` : undefined
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
}
