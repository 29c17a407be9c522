// What a client sends: bounded in size, and in how long it may be silent.
import type { Exchange } from './exchange.ts'
import { Refusal } from './refusal.ts'

/** `maxBody`: bytes, 0 for any. `bodyTimeoutMs`: how long the client may be silent in it. */
export type BodyLimits = { maxBody: number; bodyTimeoutMs: number }

/**
 * The bytes, as the pod takes them. If the pod breaks off, the client's connection stays, so that it can be answered.
 * @throws {Refusal} `too_large`, `client_silent`: the client has been told already
 */
export async function* bodyOf(exchange: Exchange, { maxBody, bodyTimeoutMs }: BodyLimits): AsyncGenerator<Buffer> {
  const { request } = exchange
  const chunks = request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let bytes = 0
  const silent = new Refusal(408, 'client_silent', `The request stopped for ${bodyTimeoutMs} ms`)
  for (;;) {
    // Only the client's silence counts: while the pod does not read, nobody is asked for more.
    const timer = setTimeout(() => {
      exchange.refuse(silent)
      request.destroy(silent)
    }, bodyTimeoutMs)
    const { done, value } = await chunks.next().finally(() => clearTimeout(timer))
    if (done) return
    // What comes after the answer is read, so that the client can read that, and goes nowhere.
    if (exchange.isEnded) continue
    bytes += value.length
    if (maxBody > 0 && bytes > maxBody) {
      const refusal = tooLarge(maxBody)
      // Whoever still reads it keeps the rest from going by.
      await chunks.return?.()
      exchange.refuse(refusal)
      throw refusal
    }
    yield value
  }
}

export function tooLarge(maxBody: number): Refusal {
  return new Refusal(413, 'too_large', `The request has more than ${maxBody} bytes`)
}
