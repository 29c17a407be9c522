// Points of usage as columns, as a chart takes them. Pure.
import type { UsageInfo } from '../../protocol/usage.ts'

type Values = (number | null)[]

/** Times in seconds; null where nothing ran, or was measured. Requests and lag only where there are some. */
export type Series = { times: number[]; cpu: Values; memory: Values; requests?: Values; lag?: Values }

/** From the first point on at which anything ran. */
export function seriesOf({ points }: UsageInfo): Series {
  const first = points.findIndex(({ memory }) => memory !== undefined)
  const shown = first === -1 ? [] : points.slice(first)
  const requests = shown.map(point => point.requests ?? null)
  const lag = shown.map(({ lagMs }) => lagMs ?? null)
  return {
    times: shown.map(({ at }) => Date.parse(at) / 1000),
    cpu: shown.map(({ cpu }) => cpu ?? null),
    memory: shown.map(({ memory }) => memory ?? null),
    ...(hasAny(requests) && { requests }),
    ...(hasAny(lag) && { lag }),
  }
}

function hasAny(values: Values): boolean {
  return values.some(value => value !== null)
}

/** The last value, and the largest; undefined if there is none. */
export function nowAndMost(values: readonly (number | null)[]): { now: number | undefined; most: number } | undefined {
  const known = values.filter(value => value !== null)
  if (known.length === 0) return undefined
  return { now: values.at(-1) ?? undefined, most: known.reduce((most, value) => Math.max(most, value), 0) }
}
