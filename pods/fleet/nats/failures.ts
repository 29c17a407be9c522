// What an error of the client means for whoever asked: whether it was done, may have been, or was not.
import { NoRespondersError } from '@nats-io/transport-node'
import { failed, type Outcome, type Why } from '../port/ports.ts'

/** Numbers of JetStream: another value was expected (two of them), and no room. */
const conflicts = [10_071, 10_164]
const noRoom = [10_077, 10_054, 10_047, 10_023]
const away = [10_008, 10_039, 10_074]

export function whyOf(error: unknown): Why {
  const { name, code } = error as { name?: string; code?: number }
  if (code !== undefined && conflicts.includes(code)) return 'conflict'
  if (code !== undefined && noRoom.includes(code)) return 'full'
  if (code !== undefined && away.includes(code)) return 'unavailable'
  if (name === 'PermissionViolationError' || name === 'AuthorizationError') return 'denied'
  if (name === 'JetStreamNotEnabled' || isNobody(error)) return 'unavailable'
  return 'unknown'
}

/** Whether nobody was there to get it. */
export function isNobody(error: unknown): boolean {
  return [error, (error as Error).cause].some(one => one instanceof NoRespondersError)
}

export const outcomeOf = (error: unknown): Outcome<never> => failed(whyOf(error), (error as Error).message)
