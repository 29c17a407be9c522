// The `pod` command: takes the process's arguments, streams and signals, and hands them to run().
// It must not know any command.
import { run } from './run.ts'

// A reader that has seen enough (`pod logs | head`) is no error.
process.stdout.on('error', error => {
  process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1)
})
process.on('SIGINT', () => process.exit(130))

process.exitCode = await run(process.argv.slice(2))
