// Runs one step of a build in its folder, and tells each line that it writes.
import { statfs } from 'node:fs/promises'
import { type ErrorFacts, P8aError } from '../../protocol/errors.ts'
import { baseEnvironment } from '../system/environment.ts'
import type { Processes } from '../system/process.ts'
import type { Step } from './plan.ts'

export type StepOptions = {
  folder: string
  /** Where `node` and the programs of the packages are looked up first. */
  path: string
  processes: Pick<Processes, 'identify' | 'signalGroup'>
  timeoutMs: number
  signal: AbortSignal
  onLine: (line: string) => void
}

/** @throws {P8aError} `build_failed` with the last lines, `aborted` */
export async function runStep({ does, command, needs }: Step, options: StepOptions): Promise<void> {
  const { folder, path, processes, timeoutMs, signal, onLine } = options
  const { execa } = await import('execa')
  const late = AbortSignal.timeout(timeoutMs)
  const last: string[] = []
  const child = execa('sh', ['-c', guarded, 'sh', command], {
    cwd: folder,
    env: { ...baseEnvironment(), CI: '1', PATH: path, ...ownOf(needs) },
    extendEnv: false,
    stdin: 'pipe',
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
  })
  child.stdin.on('error', () => {})
  child.nodeChildProcess.once('exit', () => child.stdin.destroy())
  // Taken at once: what nobody takes is thrown away.
  const lines = child.iterable()
  const leader = child.pid === undefined ? undefined : await processes.identify(child.pid)
  const kill = () => void (leader && processes.signalGroup(leader, 'SIGKILL'))
  const stop = AbortSignal.any([late, signal])
  stop.addEventListener('abort', kill, { once: true })
  if (stop.aborted) kill()
  try {
    for await (const line of lines) {
      last.push(line)
      if (last.length > tailLines) last.shift()
      onLine(line)
    }
    const { exitCode, signal: endedBy } = await child
    const facts = { step: does, command, lines: last }
    if (signal.aborted) throw new P8aError('aborted', `The ${does} was given up`, { facts })
    if (exitCode === 0) return
    const why = late.aborted ? `it took longer than ${timeoutMs / 1000} s` : endText(exitCode, endedBy)
    throw failure(why, {
      facts: { ...facts, ...(exitCode !== undefined && { exitCode }) },
      isFull: await isFull(folder),
    })
  } finally {
    stop.removeEventListener('abort', kill)
  }
}

function endText(exitCode: number | undefined, signal: string | undefined): string {
  return signal ? `it ended by ${signal}` : `it ended with code ${exitCode}`
}

type Failed = { facts: { step: string; command: string } & ErrorFacts; isFull: boolean }

function failure(why: string, { facts, isFull }: Failed): P8aError {
  const { step, command } = facts
  const untouched = 'nothing of an earlier version was touched'
  return new P8aError('build_failed', `Cannot ${step} the folder with ${JSON.stringify(command)}: ${why}`, {
    hint: isFull
      ? `The disk of the host is full: free some space and push again; ${untouched}`
      : `Its last lines stand above; ${untouched}`,
    facts,
  })
}

const tailLines = 20
/** With less than this a step fails sooner or later. */
const leastFreeBytes = 256 * 1024

async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize < leastFreeBytes
}

/**
 * What goes to stdout and to stderr stays in its order only in one pipe. Beside the command, `cat` waits for the end of the pipe that the
 * host holds: once the command has ended, or the host, nothing is left of the group.
 */
const guarded = [
  'exec 2>&1 3<&0 </dev/null',
  '{ cat <&3; kill -s KILL 0; } >/dev/null 2>&1 &',
  'exec 3<&-',
  'exec sh -c "$1"',
].join('\n')

/** What pnpm links from its store would be made read-only there too; what Yarn keeps in archives, Node does not find. */
function ownOf(needs: string): Record<string, string> {
  if (needs === 'pnpm') return { npm_config_package_import_method: 'clone-or-copy' }
  return needs === 'yarn' ? { YARN_NODE_LINKER: 'node-modules' } : {}
}
