// Where the daemon's program lies, and what runs it: beside the built CLI, or among the sources. The only file that
// knows; nothing of the daemon is imported.
import { fileURLToPath } from 'node:url'

const fromSource = import.meta.url.endsWith('.ts')

/** The daemon's program. */
export const daemonProgram = fileURLToPath(new URL(fromSource ? '../daemon/main.ts' : './daemon.js', import.meta.url))

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
