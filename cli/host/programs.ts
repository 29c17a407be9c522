// Where the daemon's programs lie, and what runs them: beside the built CLI, or among the sources. Only this file
// knows. It imports nothing of the daemon.
import { join } from 'node:path'
import { environmentWith } from '../environment.ts'

const fromSource = import.meta.filename.endsWith('.ts')

/** The daemon's program. */
export const daemonProgram = join(import.meta.dirname, fromSource ? '../../daemon/main.ts' : './daemon.cjs')

/** The folder that has the package.json of this command. */
export const ownInstallation = join(import.meta.dirname, fromSource ? '../..' : '..')

/** The program that keeps a password for the host in `dataDir`, which it reads from stdin. */
export function passwordCommand(dataDir: string): [file: string, ...args: string[]] {
  const file = fromSource ? '../../daemon/password.ts' : './password.mjs'
  return [process.execPath, join(import.meta.dirname, file), dataDir]
}

/** The command line that runs `pod`. */
export function podCommand(): [file: string, ...args: string[]] {
  const file = fromSource ? '../../bin/pod.cjs' : '../bin/pod.cjs'
  return [process.execPath, join(import.meta.dirname, file)]
}

/** The options of a start of a host. */
export type StartOptions = {
  dataDir: string
  /** Whether nobody waits for the end of the daemon. */
  isDetached: boolean
  /** Each of these: undefined for what the host remembers of its last start. */
  port: number | undefined
  host: string | undefined
  shellPort: number | undefined
  /** Whether it forgets what it remembers. */
  forget: boolean
  /** Whether what is given is for this start alone. */
  once: boolean
  /** How many files a script may open before it raises that itself; undefined: as many as the host. */
  softFiles: number | undefined
  /** Whether the port speaks TLS; undefined: the address decides. */
  tls: 'on' | 'off' | undefined
  /** Absolute paths of a PEM certificate and its key. */
  cert: string | undefined
  key: string | undefined
}

/** The command line that starts a daemon. */
export function daemonCommand(options: StartOptions & { json: boolean }): [file: string, ...args: string[]] {
  const { dataDir, isDetached, port, host, shellPort, softFiles, json, forget, once, ...privacy } = options
  return [
    process.execPath,
    // Garbage of a burst of work is collected at once, and not kept in a young generation of 16 MiB or more.
    '--max-semi-space-size=1',
    // Otherwise V8 looks for garbage every few seconds while only health checks run, which costs as much CPU as the
    // checks.
    '--no-memory-reducer',
    // SIGUSR1, which people send for many purposes, would open Node's inspector to every user of the machine.
    '--disable-sigusr1',
    daemonProgram,
    '--data',
    dataDir,
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(host === undefined ? [] : ['--host', host]),
    ...(shellPort === undefined ? [] : ['--shell-port', String(shellPort)]),
    ...Object.entries(privacy).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(softFiles === undefined ? [] : ['--soft-files', String(softFiles)]),
    ...(json ? ['--json'] : []),
    ...(forget ? ['--forget'] : []),
    ...(once ? ['--once'] : []),
    ...(isDetached ? ['--detached'] : []),
  ]
}

/**
 * The environment a daemon is started with. Node keeps its compiled code in the data directory, where nobody else can
 * write: Node runs what lies there. And glibc gives back the memory of a large request: by default it keeps freed
 * blocks of up to some MB, which is 40 MB after a push of 20 MB. Pods get none of these variables. A host that a run starts
 * does not end with that run, so it has none of the run by which what it leaves is found.
 */
export function daemonEnv(dataDir: string): NodeJS.ProcessEnv {
  const { P8A_RUN: _, ...env } = environmentWith({
    NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
    MALLOC_MMAP_THRESHOLD_: '65536',
    MALLOC_ARENA_MAX: '1',
  })
  return env
}
