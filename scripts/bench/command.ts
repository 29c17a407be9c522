// Runs a command as a shell would: a new process, which is waited for. By Node's own spawn, since its time is measured.
import { type SpawnOptions, spawn } from 'node:child_process'
import { nowMs } from './clock.ts'

export type Command = { program: string; args: string[]; env: Record<string, string>; cwd: string }
export type Outcome = { code: number | null; output: string; tookMs: number }

/** Runs it to its end, and gives up on it after a minute. @throws {Error} unless it exits with one of `codes` (0) */
export async function run(
  { program, args, env, cwd }: Command,
  { codes = [0] }: { codes?: number[] } = {},
): Promise<Outcome> {
  const options: SpawnOptions = { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000, killSignal: 'SIGKILL' }
  const startMs = nowMs()
  const child = spawn(program, args, options)
  let output = ''
  child.stdout?.on('data', chunk => (output += chunk))
  child.stderr?.on('data', chunk => (output += chunk))
  // Its exit and not its "close": a daemon that it leaves behind may hold its output open.
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve))
  const tookMs = nowMs() - startMs
  await new Promise(setImmediate)
  if (code === null || !codes.includes(code)) {
    throw new Error(`${[program, ...args].join(' ')} exited with ${code}: ${output.trim().slice(-2000)}`)
  }
  return { code, output, tookMs }
}
