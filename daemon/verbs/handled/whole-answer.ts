// A handler's answer taken as one value.
import type { Answer } from '../../tree/namespace.ts'

/** A handler's answer, of a stream all values, and a few more than `limit` at most. */
export async function wholeAnswer(answer: Answer, limit = Number.POSITIVE_INFINITY): Promise<unknown> {
  if ('value' in answer) return answer.value
  const all: unknown[] = []
  try {
    while (all.length <= limit) {
      const values = await answer.stream.more()
      if (!values) break
      all.push(...values)
    }
    return all
  } finally {
    answer.stream.leave()
  }
}
