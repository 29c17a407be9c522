// What a fleet pod may be told at its start, as params: when a host is taken for dead, and what hangs together with that.
import type { Params } from 'p8a'
import { defaultTimes, type Times } from './decide/alive.ts'

const names = { beat: 'beatMs', fence: 'fenceMs', dead: 'deadMs' } as const

/** @throws {Error} about what is not known, cannot be read, or does not fit together */
export function timesOf(params: Params): Times {
  const unknown = Object.keys(params).find(name => !Object.hasOwn(names, name))
  if (unknown !== undefined)
    throw new Error(`There is no setting "${unknown}". There are: ${Object.keys(names).join(', ')}`)
  const times = { ...defaultTimes }
  for (const [name, key] of Object.entries(names)) {
    const text = params[name]
    if (text !== undefined) times[key] = timeOf(name, text)
  }
  const { beatMs, fenceMs, deadMs } = times
  if (fenceMs < beatMs * 3 || deadMs < fenceMs + endMs)
    throw new Error(
      `fence has to be three beats at least, and dead ${endMs / 1000} s more than fence, in which pods are ended`,
    )
  return times
}

/** How long the end of a pod may take that is killed, on a machine that has much to do. */
const endMs = 2000

function timeOf(name: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  if (amount !== undefined) return Number(amount) * { ms: 1, s: 1000, m: 60_000 }[unit as 'ms' | 's' | 'm']
  throw new Error(`${name} is no time such as 500ms, 4s or 1m: ${JSON.stringify(text)}`)
}
