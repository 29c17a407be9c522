// The end of a stream at the host that has asked: asks for the next part while the last one is taken, again where an answer was lost on
// its way, and says now and then that it is still there.
import type { Chunk } from './outlet.ts'
import { type Piece, PieceReader } from './pieces.ts'

export type InletOptions = {
  /** What came with the first answer. */
  first: Chunk
  /** Asks for the bytes from there on, at most so many; with 0 it only says that somebody is here. */
  more: (from: number, most: number | undefined) => Promise<Chunk>
  /** Nobody takes anything more of what has more than a first part. */
  leave: () => void
}

/** How often it says that it is there while it takes nothing. */
const keepMs = 10_000

/** @returns the pieces in their order, the last of which is an end or an error. @throws what `more` throws */
export async function* piecesOf({ first, more, leave }: InletOptions): AsyncGenerator<Piece, void, undefined> {
  const reader = new PieceReader()
  let chunk = first
  let from = 0
  let isAsking = false
  const keeping = setInterval(() => {
    // Whether it is heard shows with the next bytes.
    if (!isAsking) more(from, 0).catch(() => {})
  }, keepMs).unref()
  try {
    for (;;) {
      from += chunk.bytes.byteLength
      isAsking = !chunk.isLast
      const next = chunk.isLast
        ? undefined
        : more(from, undefined).finally(() => {
            isAsking = false
          })
      // It is awaited once all that is here was taken.
      next?.catch(() => {})
      for (const piece of reader.push(chunk.bytes)) {
        yield piece
        if (piece.t === 'end' || piece.t === 'error') return
      }
      if (!next) throw new Error('What came from another host has no end')
      chunk = await next
    }
  } finally {
    clearInterval(keeping)
    if (!first.isLast) leave()
  }
}
