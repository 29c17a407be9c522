// Programs of ours and of the system that do something for the daemon while it waits: they are no runs, and end with it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { wholeEnvironment } from './environment.ts'
import type { ExitOutcome } from './process.ts'

/**
 * Runs a program of ours that ends by itself: it takes texts and returns one text. It is killed when `timeoutMs` is
 * over.
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { input, timeoutMs }: { input: readonly string[]; timeoutMs: number },
): Promise<ExitOutcome & { output: string }> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const ended = once(child, 'close')
  const { stdin, stdout } = streamsOf(child)
  // The program may end before it has read everything: its exit tells.
  stdin.on('error', () => {})
  for (const part of input) stdin.write(part)
  stdin.end()
  const [output, [code, signal]] = await Promise.all([text(stdout), ended])
  return { output, code, signal }
}

/** An interactive program: its input, its output (stdout and stderr, in one order), and its end. */
export type Talk = { input: Writable; output: Readable; exited: Promise<void>; end(): void }

/** Starts an interactive program of ours. @param env variables beside the host's own environment */
export function startTalk(command: readonly [string, ...string[]], env: Record<string, string>): Talk {
  // Two pipes would have no common order; the shell joins them before the program starts.
  const child = spawn('/bin/sh', ['-c', 'exec "$0" "$@" 2>&1', ...command], {
    env: wholeEnvironment(env),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const exited = new Promise<void>(resolve => child.once('close', () => resolve()).once('error', () => resolve()))
  const { stdin: input, stdout: output } = streamsOf(child)
  // A program that has ended reads no more: its exit tells.
  input.on('error', () => {})
  return { input, output, exited, end: () => void child.kill('SIGTERM') }
}

/** A program of the system that serves one request: bytes in, bytes out, and what it says beside them. */
export type Serving = {
  input: Writable
  output: Readable
  errors: Readable
  /** Rejects if there is no such program. */
  begun: Promise<void>
  exited: Promise<ExitOutcome>
  /** Ends it with all that it began. */
  end(): void
}

/** Starts a program of the system in a process group of its own. @param env its whole environment */
export function startServing(
  [program, ...args]: readonly [string, ...string[]],
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Serving {
  const child = spawn(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const begun = Promise.withResolvers<void>()
  const exited = Promise.withResolvers<ExitOutcome>()
  child.once('spawn', () => begun.resolve())
  child.once('error', error => {
    begun.reject(error)
    exited.resolve({ code: null, signal: null })
  })
  child.once('close', (code, signal) => exited.resolve({ code, signal }))
  const { stdin: input, stdout: output, stderr: errors } = streamsOf(child)
  // A program that has ended reads no more: its exit tells.
  input.on('error', () => {})
  let isOver = false
  void exited.promise.then(() => {
    isOver = true
  })
  const end = () => {
    if (isOver || child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch {
      // It has ended just now.
    }
  }
  return {
    ...{ input, output, errors },
    ...{ begun: begun.promise, exited: exited.promise },
    end,
  }
}

/**
 * The streams of a child that was to have some. With too many open files Node gives it none, and tells that by an event:
 * then these have ended.
 */
function streamsOf(child: ChildProcess): { stdin: Writable; stdout: Readable; stderr: Readable } {
  const { stdin, stdout, stderr } = child
  return { stdin: stdin ?? none(), stdout: stdout ?? none(), stderr: stderr ?? none() }
}

function none(): PassThrough {
  return new PassThrough().end().resume()
}
