// Lets one call to the file system fail, the one that comes as the nth.
import fs from 'node:fs'
import promises, { type FileHandle } from 'node:fs/promises'
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

type Later = 'open' | 'readFile' | 'writeFile' | 'rename' | 'rm' | 'mkdir'
/** `fsync` and `close`: of what was opened meanwhile. */
export type LaterCall = Later | 'fsync' | 'close'

/**
 * As {@link withNthFailing}, for calls whose outcome comes later. A write that fails has written the half of it.
 * @param options.isForGood whether all that come after it fail too
 */
export async function whileNthFails(
  work: () => Promise<void>,
  {
    calls,
    at,
    code,
    isForGood = false,
  }: { calls: readonly LaterCall[]; at: number; code: string; isForGood?: boolean },
): Promise<boolean> {
  const all = promises as unknown as Record<Later, (...args: unknown[]) => Promise<unknown>>
  const patched = ['open', 'readFile', 'writeFile', 'rename', 'rm', 'mkdir'] as const
  const originals = patched.map(call => [call, all[call]] as const)
  let left = at
  const fails = (call: LaterCall) => calls.includes(call) && (--left === 0 || (isForGood && left < 0))
  const error = (call: LaterCall) => Object.assign(new Error(`${code}: ${call} is made to fail`), { code, errno: -1 })
  for (const [call, original] of originals)
    all[call] = async (...args) => {
      if (!fails(call)) {
        const result = await original(...args)
        if (call === 'open') failingHandle(result as FileHandle)
        return result
      }
      const [file, text, ...rest] = args
      if (call === 'writeFile') await original(file, String(text).slice(0, String(text).length / 2), ...rest)
      throw error(call)
    }
  function failingHandle(handle: FileHandle): void {
    const { sync, close } = handle
    handle.sync = async () => {
      if (fails('fsync')) throw error('fsync')
      await sync.call(handle)
    }
    handle.close = async () => {
      await close.call(handle)
      if (fails('close')) throw error('close')
    }
  }
  syncBuiltinESMExports()
  try {
    await work()
  } finally {
    for (const [call, original] of originals) all[call] = original
    syncBuiltinESMExports()
  }
  return left <= 0
}

/** What this process has open below a folder, where the system tells. */
export function openBelow(folder: string): string[] {
  const own = '/proc/self/fd'
  if (!fs.existsSync(own)) return []
  return fs.readdirSync(own).flatMap(fd => {
    try {
      const file = fs.readlinkSync(`${own}/${fd}`)
      return file.startsWith(folder) ? [file] : []
    } catch {
      // It was that of the folder itself.
      return []
    }
  })
}
