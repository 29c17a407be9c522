// How a span that was understood is shown to the person who typed it. Pure, except for the zone of this process.
import type { WireSpan } from './time.ts'
import { offsetText } from './zone-names.ts'

/**
 * `from Thu 2026-11-19 14:00:00 +01:00 to Thu 2026-11-19 15:00:00 +01:00`, in the zone of this process.
 * @param options.goesOn whether a span without an end is followed
 */
export function spanText({ since, until }: WireSpan, { goesOn }: { goesOn: boolean }): string {
  const from = since === undefined ? 'from the beginning' : `from ${timeText(since)}`
  if (until !== undefined) return `${from} to ${timeText(until)}`
  return goesOn ? `${from} on` : `${from} to now`
}

function timeText(time: string): string {
  const date = new Date(time)
  const aheadMs = -date.getTimezoneOffset() * 60_000
  const wall = new Date(date.getTime() + aheadMs)
  const [day, clock = ''] = wall.toISOString().slice(0, -1).split('T')
  return `${weekdays[wall.getUTCDay()]} ${day} ${clock.replace(/\.000$/, '')} ${offsetText(aheadMs)}`
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
