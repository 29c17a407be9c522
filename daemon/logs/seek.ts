// Finds a time in a series of files by bisection, so that a few small reads are enough, however large the files are.
// The times of the files must never go back.
import { lineHeadBytes, lineTime } from './parser.ts'
import type { SeriesBytes } from './series-bytes.ts'

/** How much is read to see one line's time. */
const probeBytes = 4096

/** A longer line is skipped: the lines beside it are enough. */
const maxProbeBytes = 256 * 1024

type DatedLine = { position: number; time: string }

/**
 * The bytes around a time: every line before `low` is older, every line from `high` on is not.
 * @param options.within how near the two have to be: a small value means less to read, a large one fewer looks
 */
export async function seekTime(
  bytes: SeriesBytes,
  options: { time: string; within: number },
): Promise<{ low: number; high: number }> {
  let low = 0
  let high = bytes.size
  let end = high
  while (end - low > options.within) {
    const middle = low + Math.floor((end - low) / 2)
    const line = await firstDatedLine(bytes, { from: middle, to: end })
    if (line && line.time < options.time) {
      low = line.position
      continue
    }
    if (line) high = line.position
    end = middle
  }
  return { low, high }
}

/** The first line with a time that begins in [from, to). */
export async function firstDatedLine(
  bytes: SeriesBytes,
  { from, to }: { from: number; to: number },
): Promise<DatedLine | undefined> {
  // The byte before tells whether a line begins at `from` itself.
  let position = bytes.startsFile(from) ? from : from - 1
  let length = probeBytes
  while (position < to) {
    const { bytes: block, next, endsFile } = await bytes.read(position, length)
    // If a file begins with the byte before `from`, a line begins there, which is not searched for.
    const probe = { block, isWhole: endsFile, startsLine: position >= from && bytes.startsFile(position) }
    for (const { offset, head } of lineHeads(probe)) {
      if (position + offset >= to) return undefined
      const time = lineTime(bytes.series, head)
      if (time !== undefined) return { position: position + offset, time }
    }
    const lastLine = block.lastIndexOf(newline)
    if (endsFile) position = next
    else if (lastLine > 0) position += lastLine
    else if (length < maxProbeBytes) length *= 4
    else position = next - 1
  }
  return undefined
}

/** The time of the last line that has one near the end, or undefined if the end has no time. */
export async function lastTime(bytes: SeriesBytes): Promise<string | undefined> {
  for (let length = probeBytes; ; length *= 8) {
    const from = Math.max(0, bytes.size - length)
    let last: string | undefined
    for (let position = from; position < bytes.size; ) {
      const { bytes: block, next, endsFile } = await bytes.read(position, length)
      const startsLine = bytes.startsFile(position)
      for (const { head } of lineHeads({ block, isWhole: endsFile, startsLine })) {
        last = lineTime(bytes.series, head) ?? last
      }
      position = next
    }
    if (last !== undefined || from === 0 || length > maxProbeBytes) return last
  }
}

const newline = 10

/** The beginnings of the lines in a block that are long enough to show a time. */
function* lineHeads(probe: { block: Buffer; isWhole: boolean; startsLine: boolean }) {
  const { block, isWhole } = probe
  let offset = probe.startsLine ? 0 : block.indexOf(newline) + 1
  if (offset === 0 && !probe.startsLine) return
  while (offset < block.length) {
    const end = block.indexOf(newline, offset)
    const stop = end === -1 ? block.length : end
    if (end === -1 && !isWhole && stop - offset < lineHeadBytes) return
    yield { offset, head: block.toString('latin1', offset, Math.min(stop, offset + lineHeadBytes)) }
    if (end === -1) return
    offset = end + 1
  }
}
