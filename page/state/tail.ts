// The lines of a log that a page keeps: the newest ones, in blocks, so that new lines touch the last block alone. Pure.
import type { LogEntry } from '../../protocol/words.ts'

export type Block = { key: number; entries: readonly LogEntry[] }

/** How many lines a block has, and how many blocks are kept. */
const blockLines = 100
const maxBlocks = 50

export type Tail = {
  blocks: readonly Block[]
  /** Whether older lines were let go, or never asked for. */
  isCut: boolean
}

export const emptyTail: Tail = { blocks: [], isCut: false }

/** With more lines at its end. */
export function withNewer({ blocks, isCut }: Tail, entries: readonly LogEntry[]): Tail {
  if (entries.length === 0) return { blocks, isCut }
  const last = blocks.at(-1)
  const room = last ? Math.max(0, blockLines - last.entries.length) : 0
  const filled = last && room > 0 ? [{ ...last, entries: [...last.entries, ...entries.slice(0, room)] }] : []
  const rest = inBlocks(entries.slice(room), (last?.key ?? 0) + 1)
  const all = [...(filled.length > 0 ? blocks.slice(0, -1) : blocks), ...filled, ...rest]
  return { blocks: all.slice(-maxBlocks), isCut: isCut || all.length > maxBlocks }
}

/** With older lines before it, as far as there is room. */
export function withOlder({ blocks }: Tail, entries: readonly LogEntry[], isCut: boolean): Tail {
  const count = Math.ceil(entries.length / blockLines)
  const older = inBlocks(entries, (blocks[0]?.key ?? 0) - count)
  const all = [...older, ...blocks]
  return { blocks: all.slice(-maxBlocks), isCut: isCut || all.length > maxBlocks }
}

/** Whether older lines would find room. */
export function hasRoom({ blocks }: Tail): boolean {
  return blocks.length < maxBlocks
}

export function countOf({ blocks }: Tail): number {
  return blocks.reduce((sum, { entries }) => sum + entries.length, 0)
}

function inBlocks(entries: readonly LogEntry[], firstKey: number): Block[] {
  return Array.from({ length: Math.ceil(entries.length / blockLines) }, (_, at) => ({
    key: firstKey + at,
    entries: entries.slice(at * blockLines, (at + 1) * blockLines),
  }))
}
