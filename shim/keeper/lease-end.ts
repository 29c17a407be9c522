// Ends what lives on in the container of a run whose lease is over: its process here is but the client of an engine.
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { Lease } from '../../protocol/lease.ts'

/** Where the engine says that it could not, it is asked again after that. */
const againMs = 500
const tries = 20

/** Asks until the engine has ended it. @returns whether it has */
export async function endLeased(end: Lease['end'], { waitMs = againMs } = {}): Promise<boolean> {
  if (!end) return true
  const [program, ...args] = end.command
  for (let tried = 1; tried <= tries; tried++) {
    const child = spawn(program, args, { env: end.env, stdio: 'ignore' })
    const code = await new Promise(resolve => child.once('exit', resolve).once('error', () => resolve(undefined)))
    if (code === 0) return true
    await delay(waitMs)
  }
  return false
}
