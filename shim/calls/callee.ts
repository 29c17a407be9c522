// Another pod, as `p8a.pod(name)` gives it: every function that it exports is a method, which makes a call.

import type { Callee, CalleeOptions } from '../../protocol/author.ts'
import { reservedPrefix } from '../../protocol/channel/messages.ts'
import { deadline } from '../../protocol/deadline.ts'
import { durationMs, durationProblem } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'
import { shown } from '../shown.ts'
import { Call } from './call.ts'
import type { Patience } from './patience.ts'

export type CallStarter = { patience: Patience; start: (name: string, call: Call) => void }

/** @throws {TypeError} if the options are wrong */
export function makeCallee(name: string, options: CalleeOptions, starter: CallStarter): Callee {
  const policy = policyOf(options, starter.patience)
  return new Proxy(Object.create(null) as Record<string, Callee[string]>, {
    get: (functions, fn) => {
      // `await` asks everything for `then`: a callee must not look like a promise.
      if (typeof fn !== 'string' || fn === 'then') return undefined
      functions[fn] ??= makeFunction({ name, fn }, policy, starter)
      return functions[fn]
    },
  })
}

/** What ends the calls of one callee before their answer. */
type Policy = {
  timeoutMs: number
  hops: number
  isOnce?: boolean
  key?: string | undefined
  /** What their lines say about it. */
  tail: string
  begin(call: Call): void
  onSettled: (call: Call) => void
  onStream?: (call: Call) => void
  each?: ((value: unknown) => unknown) | undefined
}

function makeFunction(
  { name, fn }: { name: string; fn: string },
  { tail, begin, ...policy }: Policy,
  starter: CallStarter,
) {
  const head = `"method":${JSON.stringify(fn)},"params":`
  return (...args: unknown[]) => {
    let line = ''
    let problem: unknown
    try {
      line = `${head}${args.length === 0 ? '[]' : JSON.stringify(args)}${tail}`
      if (fn.startsWith(reservedPrefix)) problem = reserved(fn)
    } catch (error) {
      problem = error
    }
    const call = new Call({ fn, line, ...policy })
    if (problem !== undefined) {
      call.fail(problem)
      return call
    }
    begin(call)
    if (!call.isSettled) starter.start(name, call)
    return call
  }
}

function policyOf(options: CalleeOptions, patience: Patience): Policy {
  const { each, once, key } = options
  if (key !== undefined && typeof key !== 'string') throw new TypeError('The key of a call must be a text')
  const policy = endOf(options, patience)
  const tail = once === undefined ? policy.tail : `,"once":${JSON.stringify(once)}${policy.tail}`
  return { ...policy, tail, isOnce: once !== undefined, key, ...(each && { each }) }
}

/** What ends them. */
function endOf({ timeout, untilFirst = false, signal, hops = 0 }: CalleeOptions, patience: Patience): Policy {
  const ownMs = timeout === undefined ? undefined : durationMs(timeout)
  if (timeout !== undefined && ownMs === undefined) {
    throw new TypeError(`Cannot wait for ${shown(timeout)}: it ${durationProblem(timeout)}`)
  }
  if (ownMs === undefined && signal === undefined) return { ...patient(patience), hops }
  const timers = new Map<Call, NodeJS.Timeout>()
  const stopTimer = (call: Call) => {
    clearTimeout(timers.get(call))
    timers.delete(call)
  }
  const underWay = new Set<Call>()
  const base = ownMs === undefined ? patient(patience) : undefined
  const onAbort = () => {
    if (signal) for (const call of [...underWay]) call.abandon(aborted(call, signal))
  }
  return {
    timeoutMs: ownMs ?? patience.defaultMs,
    hops,
    tail: ownMs === undefined ? '}\n' : `,"timeoutMs":${ownMs}}\n`,
    begin: call => {
      if (signal?.aborted) return call.abandon(aborted(call, signal))
      // One listener for all calls, and none while there is no call: a signal may outlive many callees.
      if (signal && underWay.size === 0) signal.addEventListener('abort', onAbort)
      if (signal) underWay.add(call)
      base?.begin(call)
      if (ownMs !== undefined)
        timers.set(
          call,
          deadline(() => call.timeOut(), ownMs),
        )
    },
    onSettled: call => {
      if (underWay.delete(call) && underWay.size === 0) signal?.removeEventListener('abort', onAbort)
      base?.onSettled(call)
      stopTimer(call)
    },
    ...(base?.onStream && { onStream: base.onStream }),
    ...(ownMs !== undefined && untilFirst && { onStream: stopTimer }),
  }
}

/** Waits as long as the host says; for a stream, as long as it lasts. */
function patient(patience: Patience): Policy {
  const forget = (call: Call) => patience.forget(call)
  return {
    timeoutMs: patience.defaultMs,
    hops: 0,
    tail: '}\n',
    begin: call => patience.watch(call),
    onSettled: forget,
    onStream: forget,
  }
}

function aborted(call: Call, signal: AbortSignal): P8aError {
  const callee = call.place?.callee
  const of = callee === undefined ? '' : ` of ${callee}`
  return new P8aError('aborted', `Cannot call ${JSON.stringify(call.fn)}${of}: it was aborted`, {
    facts: { fn: call.fn },
    cause: signal.reason,
  })
}

function reserved(fn: string): P8aError {
  return new P8aError('function_not_found', `Cannot call ${JSON.stringify(fn)}: a function cannot have that name`)
}
