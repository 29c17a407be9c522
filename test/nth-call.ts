// Lets one call to the file system fail, the one that comes as the nth.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

type Call = 'writeSync' | 'openSync' | 'renameSync' | 'fstatSync' | 'closeSync' | 'ftruncateSync'

/**
 * Does `work` while the nth of these calls fails with `code`. A close that fails has closed, as the system has it.
 * @returns whether there were so many calls
 */
export function withNthFailing(
  work: () => void,
  { calls, at, code }: { calls: readonly Call[]; at: number; code: string },
): boolean {
  const all = fs as unknown as Record<Call, (...args: unknown[]) => unknown>
  const originals = calls.map(call => [call, all[call]] as const)
  let left = at
  for (const [call, original] of originals)
    all[call] = (...args) => {
      if (--left !== 0) return original(...args)
      if (call === 'closeSync') original(...args)
      throw Object.assign(new Error(`${code}: ${call} is made to fail`), { code })
    }
  syncBuiltinESMExports()
  try {
    work()
  } finally {
    for (const [call, original] of originals) all[call] = original
    syncBuiltinESMExports()
  }
  return left <= 0
}
