// Values as JSON, for messages that are composed as text.
import { P8aError } from './errors.ts'
import { lookAt } from './thrown.ts'

/** @throws {P8aError} `call_failed` if the value has no JSON form: a cycle, a BigInt */
export function toJson(value: unknown): string {
  try {
    // Functions and undefined have no JSON form either; null stands for them, as JSON.stringify does within a list.
    return JSON.stringify(value) ?? 'null'
  } catch (cause) {
    const { message } = lookAt(cause)
    throw new P8aError('call_failed', `The answer is not JSON: ${message.split('\n', 1)[0] || 'it cannot be read'}`, {
      hint: 'Arguments and results of calls are JSON: plain objects, lists, texts, numbers, booleans, null',
      cause,
    })
  }
}
