// Lets one `pod` at a time change a file: two that read it before either has written would lose what one of them wrote.
import { open, rm, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { P8aError } from '../../protocol/errors.ts'

/** A change takes some milliseconds. A lock that is older is of a process that was killed. */
const staleMs = 5000
const mostMs = 10_000
const retryMs = 15

/**
 * Does `work` while no other `pod` that asks here changes `file`.
 * @throws {P8aError} `save_failed` if another holds the file for too long; what `work` throws
 */
export async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`
  await take(lock)
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function take(lock: string): Promise<void> {
  const endMs = performance.now() + mostMs
  for (;;) {
    if (await isMade(lock)) return
    if (await isStale(lock)) await rm(lock, { force: true })
    else if (performance.now() > endMs) throw busy(lock)
    else await delay(retryMs)
  }
}

async function isMade(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function isStale(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > staleMs
}

function busy(lock: string): P8aError {
  return new P8aError('save_failed', `Cannot write beside ${lock}: another pod command holds it`, {
    hint: 'Try again; if no other pod command is at work, remove that file',
    facts: { file: lock },
  })
}
