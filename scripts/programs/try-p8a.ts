// Pushes a program, starts it, asks it, kills the host, and stops it: what the table says of p8a.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import type { Program } from './program.ts'

export type Tried = {
  /** Undefined: it works; otherwise the step at which it does not, and what was said. */
  failed?: string
  pushedMs: number
  upMs: number
  adopted: boolean
  stopped: string
}

export type Pod = (...args: string[]) => Promise<string>

/** The `pod` of this checkout, on a host of its own. */
export function podIn(cwd: string, env: Record<string, string>): Pod {
  const bin = new URL('../../bin/pod.cjs', import.meta.url).pathname
  return async (...args) =>
    (await execa(process.execPath, ['--', bin, ...args], { cwd, env, all: true, stdin: 'ignore', timeout: 900_000 }))
      .all
}

export async function tryP8a(
  program: Program,
  { pod, hostPid }: { pod: Pod; hostPid: () => Promise<number> },
): Promise<Tried> {
  const { name, push = ['.'], start = [] } = program
  const tried: Tried = { pushedMs: 0, upMs: 0, adopted: false, stopped: '' }
  const port = await freePort()
  let step = 'push'
  try {
    tried.pushedMs = await took(() => pod('push', 'local', name, ...push))
    step = 'start'
    tried.upMs = await took(() => pod('start', 'local', name, '--env', `PORT=${port}`, ...start))
    step = 'answer'
    await answers(program, port)
    step = 'log'
    if (program.answers === undefined) await logged(program, pod)
    step = 'adopt'
    const before = await pidOf(name, pod)
    process.kill(await hostPid(), 'SIGKILL')
    await pod('host', 'start', '--detach', '--port', '0')
    tried.adopted = (await pidOf(name, pod)) === before
    await answers(program, port)
    step = 'stop'
    tried.stopped =
      (await pod('stop', 'local', name))
        .split('\n')
        .at(-1)
        ?.replace(/^\s*\S+ /, '') ?? ''
    step = 'log'
    await logged(program, pod)
  } catch (error) {
    tried.failed = `${step}: ${String((error as { all?: string }).all ?? error).slice(-600)}`
  }
  await pod('remove', 'local', name, '--force').catch(() => '')
  return tried
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return Math.round(performance.now() - begun)
}

async function pidOf(name: string, pod: Pod): Promise<number> {
  const { runs } = JSON.parse(await pod('status', 'local', name, '--json')) as {
    runs: { pid?: number; state: string }[]
  }
  return runs.find(({ state }) => state === 'up')?.pid ?? 0
}

/** A port that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** @throws if it does not answer in time, or with something else */
export async function answers({ answers }: Program, port: number): Promise<void> {
  if (!answers) return
  const { path = '/', with: text, withinS = 10 } = answers
  let last: unknown = 'nothing'
  await within(withinS, async () => {
    const response = await fetch(`http://localhost:${port}${path}`).catch((error: Error) => error.message)
    last = typeof response === 'string' ? response : await response.text()
    return typeof response !== 'string' && String(last).includes(text)
  }).catch(() => {
    throw new Error(`it answered ${JSON.stringify(last).slice(0, 300)}`)
  })
}

async function logged({ name, logs = '' }: Program, pod: Pod): Promise<void> {
  await within(10, async () => (await pod('logs', 'local', name, '--lines', '2000')).includes(logs))
}

async function within(seconds: number, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = seconds * 4; tries > 0; tries--) {
    if (await isSo()) return
    await delay(250)
  }
  throw new Error('not in time')
}
