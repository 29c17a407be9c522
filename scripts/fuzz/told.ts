// What a client was told: each answer as it must be, and a stranger nothing but that it is one.
import assert from 'node:assert/strict'
import { checkAnswer } from './targets/json-rpc.ts'

/** Checks all answers in what came back, batches of them, and the notifications of a stream. */
export function checkTold(answer: string, isAuthorized: boolean): void {
  for (const message of jsonOf(answer)) {
    for (const one of [message].flat()) {
      if (typeof (one as { method?: unknown }).method === 'string') assert.ok(isAuthorized)
      else checkAnswer(one, isAuthorized)
    }
  }
}

/** The lines of an answer that are whole; of HTTP those of its body. */
export function jsonOf(answer: string): unknown[] {
  const lines = answer.split('\n').slice(0, -1)
  return lines.filter(line => /^[[{]/.test(line)).map(line => JSON.parse(line))
}
