// Commands before and after the start and stop of a pod.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Event, Hook } from './rules-file.ts'

/** What is told of a hook that has ended, and each line that it writes. */
export type HookLog = (text: string) => void

/**
 * Runs hooks one after another, each with the variables `P8A_POD` and `P8A_EVENT`.
 * @throws {Error} with `code` `hook_failed`, about the first one that fails or takes too long: it is ended then, with all that it has begun
 */
export async function runHooks(
  hooks: readonly Hook[],
  { pod, event, cwd, log }: { pod: string; event: Event; cwd: string; log: HookLog },
): Promise<void> {
  for (const hook of hooks) {
    const beganMs = performance.now()
    const end = await run(hook, { P8A_POD: pod, P8A_EVENT: event }, { cwd, log })
    const took = `${Math.round(performance.now() - beganMs)} ms`
    log(`${event} of ${pod}: ${hook.command}: ${end === undefined ? 'done' : end} after ${took}`)
    if (end !== undefined) {
      throw Object.assign(new Error(`The hook ${event} of ${pod} failed: ${end}`), { code: 'hook_failed' })
    }
  }
}

/** @returns undefined once it has ended well, or how else it ended */
async function run(
  { command, timeout }: Hook,
  variables: Record<string, string>,
  { cwd, log }: { cwd: string; log: HookLog },
): Promise<string | undefined> {
  // A group of its own, so that what it has begun ends with it.
  const child = spawn('/bin/sh', ['-c', command], {
    cwd,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    if (child.pid !== undefined) endGroup(child.pid)
  }, timeout)
  // With too many open files it has none, and the error comes by an event.
  for (const stream of [child.stdout, child.stderr] as (Readable | undefined)[]) if (stream) tellLines(stream, log)
  return await new Promise(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) => {
      if (isLate) resolve(`it took more than ${timeout} ms`)
      else resolve(code === 0 ? undefined : signal === null ? `code ${code}` : signal)
    })
  }).then(end => {
    clearTimeout(timer)
    return end as string | undefined
  })
}

function tellLines(stream: Readable, log: HookLog): void {
  createInterface({ input: stream }).on('line', log)
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
