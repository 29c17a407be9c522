// The `pod` command: takes the process's arguments and signals, and hands them to run(). It must not know any command.

import { run } from './run.ts'
import { exit } from './say/print.ts'

process.on('SIGINT', () => process.exit(130))

// No top-level await: the built CLI is a CommonJS file, which starts faster.
run(process.argv.slice(2)).then(exit)
