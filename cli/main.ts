// The `pod` command: takes the process's arguments and signals, and hands them to run(). It must not know any command.

import { run } from './run.ts'
import { exit } from './say/print.ts'

process.on('SIGINT', () => process.exit(130))

// Every user of the machine can read the arguments of a process. A title replaces them.
if (process.argv.some(isSecret)) process.title = 'pod'

// No top-level await: the built CLI is a CommonJS file, which starts faster.
run(process.argv.slice(2)).then(exit)

/** An option that takes a token, or an invitation. */
function isSecret(arg: string): boolean {
  return arg.startsWith('--token') || arg.startsWith('p8a_')
}
