// A command line of one program, for a shell. The program takes the place of its shell: it is the process that a stop asks.

/** To such a line the host puts `exec` itself. */
const isPlain = /^[\w./+-]+(?:\s(?:[^$\\]|\$(?!\())*)?$/

export function programLine(line: string): string {
  return isPlain.test(line.replace(/'[^']*'/g, "''")) ? line : `exec ${line}`
}
