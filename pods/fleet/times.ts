// What a fleet pod may be told at its start, as params: when a host is taken for dead, and what hangs together with that.
import type { Params } from 'p8a'
import { defaultTimes, type Times } from './decide/alive.ts'
import { tunnelNames } from './direct/setting.ts'

const names = {
  ...{ beat: 'beatMs', fence: 'fenceMs', dead: 'deadMs' },
  ...{ certificate: 'certificateMs', invite: 'inviteMs', sweep: 'sweepMs', usage: 'usageMs' },
} as const

/** Where other hosts connect to this one, and how many tunnels there may be: direct/setting.ts. */
const others = ['direct', ...Object.keys(tunnelNames)]

/**
 * Of an engine of p8a's own: how long a certificate of its servers is good, and an invite, and after how long without another part an upload was
 * broken off.
 */
export type Lives = { certificateMs: number; inviteMs: number; sweepMs: number }

const dayMs = 86_400_000
export const usualLives: Lives = { certificateMs: 90 * dayMs, inviteMs: dayMs, sweepMs: dayMs / 4 }

/** `usageMs`: how long a pod of which nothing but its cpu and memory has changed is not told again. */
export type Usage = { usageMs: number }
export const usualUsage: Usage = { usageMs: 30_000 }

/** @throws {Error} about what is not known, cannot be read, or does not fit together */
export function timesOf(params: Params): Times & Lives & Usage {
  const known = [...Object.keys(names), ...others]
  const unknown = Object.keys(params).find(name => !known.includes(name))
  if (unknown !== undefined) throw new Error(`There is no setting "${unknown}". There are: ${known.join(', ')}`)
  const times = { ...defaultTimes, ...usualLives, ...usualUsage }
  for (const [name, key] of Object.entries(names) as [string, keyof typeof times][]) {
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

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: dayMs }

function timeOf(name: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  if (amount !== undefined) return Number(amount) * units[unit as keyof typeof units]
  throw new Error(`${name} is no time such as 500ms, 4s or 1m: ${JSON.stringify(text)}`)
}
