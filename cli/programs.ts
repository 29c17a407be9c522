// Where the daemon's program lies, and what runs it: beside the built CLI, or among the sources. The only file that
// knows; nothing of the daemon is imported.
import { join } from 'node:path'

const fromSource = import.meta.filename.endsWith('.ts')

/** The daemon's program. */
export const daemonProgram = join(import.meta.dirname, fromSource ? '../daemon/main.ts' : './daemon.js')

/** The command line that starts a daemon. */
export function daemonCommand(options: {
  dataDir: string
  port: number
  host: string
  json: boolean
}): [file: string, ...args: string[]] {
  const { dataDir, port, host, json } = options
  return [
    process.execPath,
    daemonProgram,
    '--data',
    dataDir,
    '--port',
    String(port),
    '--host',
    host,
    ...(json ? ['--json'] : []),
  ]
}
