// Wraps what starts processes and what signals them, so that each is a point.
import childProcess from 'node:child_process'
import type { Points } from './points.ts'

type AnyFunction = (...args: unknown[]) => unknown

export function wrapProcesses(points: Points): void {
  const spawn = childProcess.spawn as unknown as AnyFunction
  const wrappedSpawn = (...args: unknown[]) => {
    const env = (args[2] as { env?: Record<string, string> } | undefined)?.env ?? {}
    const kind = env.P8A_LINK_SPARE !== undefined ? 'spare' : env.P8A_LINK_TICKET !== undefined ? 'run' : 'program'
    const { error, after } = points.pass(`spawn ${kind}`)
    // Node tells what the system refuses by an event: a program that cannot be there brings one about.
    const result = error ? refusedSpawn(spawn, error, args[2]) : spawn(...args)
    after()
    return result
  }
  childProcess.spawn = wrappedSpawn as typeof childProcess.spawn
  const kill = process.kill.bind(process)
  process.kill = ((pid: number, signal?: string | number) => {
    const { error, after } = points.pass(`signal ${signal ?? 'SIGTERM'}`)
    if (error) throw error
    const result = kill(pid, signal)
    after()
    return result
  }) as typeof process.kill
}

function refusedSpawn(spawn: AnyFunction, error: Error, options: unknown): unknown {
  const { stdio = 'pipe' } = (options ?? {}) as { stdio?: unknown }
  const child = spawn('/nowhere/at/all', [], { stdio }) as NodeJS.EventEmitter
  const emit = child.emit.bind(child)
  child.emit = (event: string | symbol, ...args: unknown[]) => emit(event, ...(event === 'error' ? [error] : args))
  return child
}
