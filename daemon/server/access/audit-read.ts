// Reads the newest lines of the audit log, backwards, so that the rest is never read.
import type { FileHandle } from 'node:fs/promises'
import * as v from 'valibot'
import { P8aError } from '../../../protocol/errors.ts'
import { isWithin } from '../../../protocol/names.ts'
import type { AuditEntry } from '../../../protocol/words-host.ts'
import { isMissing, openPlain } from '../../system/plain-file.ts'

const blockBytes = 64 * 1024

const entrySchema = v.object({
  time: v.string(),
  who: v.string(),
  uid: v.exactOptional(v.number()),
  from: v.string(),
  verb: v.string(),
  path: v.string(),
  pod: v.exactOptional(v.string()),
  token: v.exactOptional(v.string()),
  outcome: v.string(),
  count: v.exactOptional(v.number()),
})

/**
 * The last `limit` entries about `path` and the hosts within it, the oldest of them first.
 * @param files the newest first
 * @throws {P8aError} `state_broken` if one of them cannot be read: its lines must not be left out silently
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
  const handle = await openPlain(file).catch(error => refuseUnlessMissing(file, error))
  if (!handle) return
  try {
    // The text before the first newline of a block belongs to the block before it.
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

function refuseUnlessMissing(file: string, cause: unknown): undefined {
  if (isMissing(cause)) return
  throw new P8aError('state_broken', `Cannot read ${file}: ${(cause as Error).message}`, {
    hint: 'Move that away',
    facts: { file },
    cause,
  })
}

/** Half a line, as a full disk leaves it, does not count, and neither does a line that we did not write. */
function parse(line: string): AuditEntry | undefined {
  try {
    const entry = v.safeParse(entrySchema, JSON.parse(line))
    return entry.success ? entry.output : undefined
  } catch {
    return undefined
  }
}
