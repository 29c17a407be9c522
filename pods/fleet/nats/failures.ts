// What an error of the client means for whoever asked: whether it was done, may have been, or was not.
import {
  AuthorizationError,
  NoRespondersError,
  PermissionViolationError,
  UserAuthenticationExpiredError,
} from '@nats-io/transport-node'
import { failed, type Outcome, type Why } from '../port/ports.ts'

/** Numbers of JetStream: another value was expected (two of them), and no room. */
const conflicts = [10_071, 10_164]
const noRoom = [10_077, 10_054, 10_047, 10_023]
const away = [10_008, 10_039, 10_074]
const missing = [10_059, 10_037]

/** There is no such stream, or no such message in it. */
export const isMissing = ({ code }: { code?: unknown }): boolean => missing.includes(code as number)

/**
 * Nobody leads what was asked, as for a moment after servers have begun anew: nothing was done. 10008: JetStream system temporarily
 * unavailable.
 */
export const isLeaderless = (error: { code?: unknown; name?: unknown }): boolean =>
  error.code === 10_008 || error.name === 'JetStreamNotEnabled' || isNobody(error)

export function whyOf(error: unknown): Why {
  const { name, code } = error as { name?: string; code?: number }
  if (code !== undefined && conflicts.includes(code)) return 'conflict'
  if (code !== undefined && noRoom.includes(code)) return 'full'
  if (code !== undefined && away.includes(code)) return 'unavailable'
  if (isDenied(error)) return 'denied'
  if (name === 'JetStreamNotEnabled' || isNobody(error)) return 'unavailable'
  return 'unknown'
}

/** Whether nobody was there to get it. */
export const isNobody = (error: unknown): boolean => isOf(error, NoRespondersError)

/** Whether the credential may not do it. */
export const isDenied = (error: unknown): boolean =>
  isOf(error, PermissionViolationError) || isOf(error, AuthorizationError)

type ErrorClass = new (...args: never[]) => Error

/** A request says by its cause what has become of it. */
const isOf = (error: unknown, kind: ErrorClass): boolean =>
  [error, (error as Error).cause].some(one => one instanceof kind)

export const outcomeOf = (error: unknown): Outcome<never> => failed(whyOf(error), (error as Error).message)

export const refused = 'the engine refuses the credential of this host: it was revoked, or is of another fleet'

/** By the codes of Node's TLS. */
const certificateProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate of the engine has expired, or the clock of this machine is wrong',
  CERT_NOT_YET_VALID: 'the certificate of the engine is not good yet: the clock of this machine is wrong',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the engine is for another address',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of the engine is of another authority: it is the engine of another fleet',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate of the engine is of another authority: it is the engine of another fleet',
}

/** Why a connection was not made, for people. */
export function connectProblem(error: unknown): string {
  if (isOf(error, AuthorizationError) || isOf(error, UserAuthenticationExpiredError)) return refused
  const codes = [error, (error as Error).cause].map(one => (one as { code?: string } | undefined)?.code ?? '')
  const known = codes.find(code => Object.hasOwn(certificateProblems, code))
  return (known !== undefined && certificateProblems[known]) || (error as Error).message
}
