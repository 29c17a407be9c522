// How a run in a container has ended, by what the client of its engine says: a signal comes as a code above 128, as shells have it.
import { constants } from 'node:os'
import { endingOfStatus } from '../../protocol/signals.ts'

/** The last signal that Linux has. */
const mostSignal = 64

/** @param end as the client ended @returns as what it ran ended */
export function endWithin<E extends { code: number | null; signal?: string | null }>(end: E): E {
  const { code } = end
  const isSignal = code !== null && code > 128 && code <= 128 + mostSignal
  return isSignal ? { ...end, ...endingOfStatus(code - 128, constants.signals) } : end
}
