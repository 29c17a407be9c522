// Waiting for something on behalf of a client, who may leave.
import { Refusal } from './refusal.ts'

/** @throws {Refusal} `client_gone` once the signal is aborted; what the promise rejects with */
export async function orAborted(over: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const left = () => reject(new Refusal(499, 'client_gone', 'The client is gone'))
  signal.addEventListener('abort', left, { once: true })
  if (signal.aborted) left()
  try {
    await Promise.race([over, promise])
  } finally {
    signal.removeEventListener('abort', left)
  }
}
