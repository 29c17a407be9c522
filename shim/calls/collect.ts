// All values of a stream at once, for who cannot take them one by one.
import { maxCollected } from '../../protocol/calls.ts'
import { P8aError } from '../../protocol/errors.ts'

/** @throws {P8aError} `too_large` where there are more than {@link maxCollected} */
export async function collect(values: AsyncIterable<unknown>, fn: string): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const value of values) {
    if (all.length === maxCollected) {
      throw new P8aError('too_large', `Cannot collect what ${JSON.stringify(fn)} yields: over ${maxCollected} values`, {
        hint: 'Take them one by one, with for await, in a pod',
        facts: { fn },
      })
    }
    all.push(value)
  }
  return all
}

/** Whether what a function returned is to be streamed: a generator, or anything else made for `for await`. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
