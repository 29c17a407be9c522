// Clients of a port, in a process of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { run } from './command.ts'
import type { Session } from './session.ts'

const programOf = (file: string) => fileURLToPath(new URL(`apps/${file}`, import.meta.url))

/** @param file the program of the clients. @returns what those of that kind saw */
export async function load<T>(
  session: Session,
  port: number,
  kind: string,
  options: object,
  file = 'load.mjs',
): Promise<T> {
  const { env, dir } = session
  const args = [programOf(file), `${port}`, kind, JSON.stringify(options)]
  return JSON.parse((await run({ program: process.execPath, args, env, cwd: dir })).output) as T
}

export type Paced = { sent: number; served: number; failed: number; codes: string[] }

/** So many requests a second, while `work` is under way, and at least `count`. `host`: what they are for, where that matters. */
export async function loadDuring(
  session: Session,
  port: number,
  asking: { perSecond: number; count: number; host?: string },
  work: () => Promise<void>,
): Promise<Paced> {
  const args = [programOf('load.mjs'), `${port}`, 'paced', JSON.stringify(asking)]
  const { env, dir } = session
  const child = spawn(process.execPath, args, { env, cwd: dir, stdio: ['pipe', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', part => (output += part))
  const ended = once(child, 'close')
  try {
    await work()
  } finally {
    child.stdin.end('over\n')
    await ended
  }
  return JSON.parse(output) as Paced
}
