// Runs one step of a build in its folder, and tells each line that it writes.
import { P8aError } from '../../protocol/errors.ts'
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
export async function runStep({ does, command }: Step, options: StepOptions): Promise<void> {
  const { folder, path, processes, timeoutMs, signal, onLine } = options
  const { execa } = await import('execa')
  const late = AbortSignal.timeout(timeoutMs)
  const last: string[] = []
  // What goes to stdout and to stderr stays in its order only in one pipe.
  const child = execa('sh', ['-c', `exec 2>&1\n${command}`], {
    cwd: folder,
    env: { ...baseEnvironment(), CI: '1', PATH: path },
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
  })
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
    if (signal.aborted) throw new P8aError('aborted', `The ${does} was given up`)
    if (exitCode === 0) return
    const end = late.aborted
      ? `it took longer than ${timeoutMs / 1000} s`
      : endedBy
        ? `it ended by ${endedBy}`
        : `it ended with code ${exitCode}`
    throw new P8aError('build_failed', `Cannot ${does} the folder with ${JSON.stringify(command)}: ${end}`, {
      hint: 'Its last lines stand above; nothing of an earlier version was touched',
      facts: { step: does, command, ...(exitCode !== undefined && { exitCode }), lines: last },
    })
  } finally {
    stop.removeEventListener('abort', kill)
  }
}

const tailLines = 20
