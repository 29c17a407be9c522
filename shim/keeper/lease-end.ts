// Ends what lives on in the container of a run whose lease is over: its process here is but the client of an engine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Lease } from '../../protocol/lease.ts'

/** Where the engine says that it could not, it is asked again after that. */
const againMs = 500
const tries = 20
/** An engine that does not answer is killed then, and asked again. */
const answerMs = 30_000

/** Asks until the engine has ended it. @returns whether it has */
export async function endLeased(end: Lease['end'], { waitMs = againMs } = {}): Promise<boolean> {
  if (!end) return true
  for (let tried = 1; tried <= tries; tried++) {
    if (await isEnded(end)) return true
    await delay(waitMs)
  }
  return false
}

async function isEnded({ command: [program, ...args], env }: NonNullable<Lease['end']>): Promise<boolean> {
  try {
    const child = spawn(program, args, { env, stdio: 'ignore', timeout: answerMs, killSignal: 'SIGKILL' })
    const [code] = await once(child, 'exit')
    return code === 0
  } catch {
    // Where memory is short, Node throws what it tells as an event where a program is not there.
    return false
  }
}
