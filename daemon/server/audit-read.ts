// Reads the newest lines of the audit log, backwards, so that the rest of it is never read.
import type { FileHandle } from 'node:fs/promises'
import type { AuditEntry } from '../../protocol/methods.ts'
import { isWithin } from '../../protocol/names.ts'
import { openPlain } from '../store/plain-file.ts'

const blockBytes = 64 * 1024

/**
 * The last `limit` entries about `path` and what is within, the oldest of them first.
 * @param files the newest first
 */
export async function readAudit(
  files: readonly string[],
  { path, limit }: { path: string; limit: number },
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = []
  for (const file of files) {
    for await (const line of linesBackwards(file)) {
      if (entries.length === limit) return entries.reverse()
      const entry = parse(line)
      if (entry && isWithin(path, entry.path)) entries.push(entry)
    }
  }
  return entries.reverse()
}

async function* linesBackwards(file: string): AsyncGenerator<string> {
  const handle = await openPlain(file).catch(absent)
  if (!handle) return
  try {
    // What is in front of the first newline of a block belongs to the one before it.
    let rest = Buffer.alloc(0)
    for (let at = (await handle.stat()).size; at > 0; ) {
      const from = Math.max(0, at - blockBytes)
      const block = Buffer.concat([await readBlock(handle, from, at), rest])
      const start = from === 0 ? 0 : block.indexOf(10) + 1
      rest = block.subarray(0, start)
      yield* block.toString('utf8', start).split('\n').reverse()
      at = from
    }
  } finally {
    await handle.close()
  }
}

async function readBlock(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const block = Buffer.alloc(to - from)
  const { bytesRead } = await handle.read(block, 0, block.length, from)
  return block.subarray(0, bytesRead)
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** Half a line, such as a full disk leaves, is none. */
function parse(line: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line) as AuditEntry | null
    return typeof entry?.path === 'string' ? entry : undefined
  } catch {
    return undefined
  }
}
