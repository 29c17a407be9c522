// The `p8a` argument of a pod: what the host offers to a run.
import { format } from 'node:util'
import type { Assignment } from '../protocol/link.ts'
import type { Callee, P8a } from '../protocol/public.ts'

export type CallPod = (name: string, fn: string, args: unknown[]) => Promise<unknown>

export type P8aOptions = {
  /** Asks the host to call a function of another pod. */
  callPod: CallPod
  host: P8a['host']
}

export function makeP8a(
  place: Pick<Assignment, 'name' | 'run' | 'slot' | 'path' | 'storage'>,
  { callPod, host }: P8aOptions,
): P8a {
  const { name, run, slot, path, storage } = place
  return Object.freeze({
    name,
    run,
    slot,
    path,
    storage,
    log: (tag: string, ...values: unknown[]) => void process.stdout.write(`[${tag}] ${format(...values)}\n`),
    pod: (other: string) => makeCallee(other, callPod),
    host,
  })
}

function makeCallee(name: string, callPod: CallPod): Callee {
  return new Proxy({} as Callee, {
    get: (_, fn) => {
      // A promise asks everything for `then`: a callee must not look like one.
      if (typeof fn !== 'string' || fn === 'then') return undefined
      return (...args: unknown[]) => callPod(name, fn, args)
    },
  })
}
