// Where to begin to read for the lines that begin at a place to be whole, though they were written in parts before it.
import { parseCriLine } from '../../protocol/cri.ts'
import type { SeriesBytes } from './series-bytes.ts'

/** How far before the place is looked first: it has the beginning of any line but the longest. */
const lookBackBytes = 64 * 1024

/**
 * The place at or before `from` behind which each stream has ended a line, so that no part of a line is taken for its
 * beginning. It looks no further back than `maxBytes`.
 */
export async function lineStart(
  bytes: SeriesBytes,
  { from, maxBytes }: { from: number; maxBytes: number },
): Promise<number> {
  for (let back = lookBackBytes; ; back *= 4) {
    const start = Math.max(0, from - Math.min(back, maxBytes))
    if (start === 0 || back >= maxBytes || !(await isAmidLine(bytes, start, from))) return start
  }
}

/** Whether a stream has only parts of a line between two places, and no end of one. */
async function isAmidLine(bytes: SeriesBytes, start: number, end: number): Promise<boolean> {
  const hasEnded = new Map<string, boolean>()
  let text = ''
  for (let position = start; position < end; ) {
    const block = await bytes.read(position, end - position)
    text += block.bytes.toString('latin1')
    position = block.next
  }
  for (const line of text.split('\n')) {
    const parsed = parseCriLine(line)
    if (parsed) hasEnded.set(parsed.stream, parsed.full || hasEnded.get(parsed.stream) === true)
  }
  return [...hasEnded.values()].includes(false)
}
