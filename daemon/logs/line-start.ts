// Where to begin reading so that lines at a place are whole, even if parts of them were written before it.
import { parseCriLine } from '../../protocol/cri.ts'
import type { SeriesBytes } from './series-bytes.ts'

/** How far before the place to look first: this has the beginning of all lines except very long ones. */
const lookBackBytes = 64 * 1024

/**
 * The place at or before `from` after which each stream begins a new line, so that no later part of a line is taken for
 * its beginning. It looks no further back than `maxBytes`.
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
