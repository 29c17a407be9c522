// The errors that a fleet answers with.
import type { Hint } from 'p8a/client'
import { BusError, type Outcome } from '../port/ports.ts'

type Code =
  | 'fleet_unavailable'
  | 'outcome_unknown'
  | 'pod_not_found'
  | 'pod_not_up'
  | 'run_not_found'
  | 'bad_config'
  | 'unsupported'
  | 'pod_running'
  | 'version_not_found'
  | 'start_failed'
  | 'bad_params'
  | 'host_not_found'
  | 'host_gone'
  | 'no_space'
  | 'too_large'
  | 'forbidden'
  | 'function_not_found'

/** @param hint what to do: a command of `pod` in it is data, since only whoever shows it knows what its reader calls the host */
export function fleetError(code: Code, message: string, hint?: Hint): Error {
  return Object.assign(new Error(message), { code, ...toDo(hint) })
}

/** Where it needs no code: the error of a command. */
export function plainError(message: string, hint: Hint): Error {
  return Object.assign(new Error(message), toDo(hint))
}

function toDo(hint: Hint | undefined): object {
  if (hint === undefined || typeof hint === 'string') return hint === undefined ? {} : { hint }
  return { steps: Array.isArray(hint) ? hint : [hint] }
}

export function podNotFound(name: string): Error {
  return fleetError('pod_not_found', `There is no pod "${name}" in the fleet`, {
    text: 'See those that there are',
    do: { verb: 'status' },
  })
}

/** What could not be changed since the engine is away, or did not say whether it was. */
export function unavailable(outcome: Outcome<unknown> | undefined): Error {
  const [why, message] =
    outcome && !outcome.ok ? [outcome.why, outcome.message] : ['conflict', 'others changed it all the time']
  if (why === 'unknown')
    return fleetError('outcome_unknown', `It is not known whether it was done: ${message}`, {
      text: 'Look before you do it again',
      do: { verb: 'status' },
    })
  if (why === 'full')
    return fleetError('no_space', `Cannot change the fleet: ${message}`, 'Give the pod less, or the engine more room')
  if (why === 'denied')
    return fleetError(
      'forbidden',
      `Cannot change the fleet: ${message}`,
      'Look what the engine permits this credential',
    )
  return fleetError('fleet_unavailable', `Cannot change the fleet: ${message}`, [
    { text: 'What is up goes on' },
    { text: 'one of its hosts tells when changes are possible again', do: { verb: 'fleet status', remote: 'HOST' } },
  ])
}

export function busFailure(error: unknown, host: string): Error {
  if (!(error instanceof BusError)) return error as Error
  if (error.why === 'unknown')
    return fleetError(
      'outcome_unknown',
      `Host "${host}" did not answer: what was asked of it may have been done`,
      'Ask again only what may be done twice',
    )
  if (error.why === 'too_large')
    return fleetError('too_large', `Host "${host}" was not asked: ${error.message}`, 'Send less at once')
  if (error.why === 'answer_too_large')
    return fleetError(
      'too_large',
      `Host "${host}" has done what was asked, and cannot tell what came of it: ${error.message}`,
      'Ask for less at once, or that host itself',
    )
  if (error.why === 'denied')
    return fleetError(
      'forbidden',
      `Host "${host}" was not asked: ${error.message}`,
      'Look what the engine permits this credential',
    )
  return Object.assign(
    fleetError('fleet_unavailable', `Host "${host}" was not reached: ${error.message}`, 'Nothing was done: ask again'),
    { cause: error },
  )
}

/** Whether a host was not reached, as seen here: what a pod throws that has asked another one may have the same code. */
export function isUndelivered(error: unknown): boolean {
  const { cause } = error as Error
  return cause instanceof BusError && cause.why === 'not_delivered'
}
