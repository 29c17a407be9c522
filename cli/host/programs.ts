// Where the daemon's programs lie, and what runs them: beside the built CLI, or among the sources. The only file that
// knows; nothing of the daemon is imported.
import { join } from 'node:path'
import { environmentWith } from '../environment.ts'

const fromSource = import.meta.filename.endsWith('.ts')

/** The daemon's program. */
export const daemonProgram = join(import.meta.dirname, fromSource ? '../../daemon/main.ts' : './daemon.cjs')

/** The program that keeps a password for the host in `dataDir`, which it reads from stdin. */
export function passwordCommand(dataDir: string): [file: string, ...args: string[]] {
  const file = fromSource ? '../../daemon/password.ts' : './password.mjs'
  return [process.execPath, join(import.meta.dirname, file), dataDir]
}

/** What a host is started with. */
export type StartOptions = {
  dataDir: string
  port: number
  host: string
  shellPort: number | undefined
  /** Whether the port speaks TLS; undefined where that follows from the address. */
  tls: 'on' | 'off' | undefined
  /** Absolute paths of a PEM certificate and its key. */
  cert: string | undefined
  key: string | undefined
}

/** The command line that starts a daemon. */
export function daemonCommand(options: StartOptions & { json: boolean }): [file: string, ...args: string[]] {
  const { dataDir, port, host, shellPort, json, ...privacy } = options
  return [
    process.execPath,
    // What a burst of work leaves is collected at once, and not kept in a young generation of 16 MiB and more.
    '--max-semi-space-size=1',
    // V8 would look for garbage every few seconds while nothing but checks goes on: as much CPU as the checks take.
    '--no-memory-reducer',
    // SIGUSR1, by which people ask for many a thing, would open Node's inspector to every user of the machine.
    '--disable-sigusr1',
    daemonProgram,
    '--data',
    dataDir,
    '--port',
    String(port),
    '--host',
    host,
    ...(shellPort === undefined ? [] : ['--shell-port', String(shellPort)]),
    ...Object.entries(privacy).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(json ? ['--json'] : []),
  ]
}

/**
 * The environment a daemon is started with. Node keeps its compiled code in the data directory, and nowhere that
 * others could write: what lies there is run. And glibc gives back what a large request took: by default it keeps
 * freed blocks of less than some MB for itself, and so 40 MB after a push of 20 MB. Pods get none of these.
 */
export function daemonEnv(dataDir: string): NodeJS.ProcessEnv {
  return environmentWith({
    NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
    MALLOC_MMAP_THRESHOLD_: '65536',
    MALLOC_ARENA_MAX: '1',
  })
}
