// What a method answers: one value, or several as they come.

export type Answer = { value: unknown } | { values: AsyncIterable<unknown> }

/** @returns the values as a list, where there are several */
export async function wholeOf(answer: Answer): Promise<unknown> {
  if ('value' in answer) return answer.value
  const values: unknown[] = []
  for await (const value of answer.values) values.push(value)
  return values
}
