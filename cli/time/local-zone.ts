// The zone that this process is in, which is what TZ says, or else the system. Node takes a TZ that it does not know for UTC,
// without a word.
import { P8aError } from '../../protocol/errors.ts'
import { environment } from '../environment.ts'
import { hour, type Zone } from './zone.ts'
import { zoneNamed } from './zone-names.ts'

/** @throws {P8aError} `bad_time` where it is asked and TZ is not understood */
export function localZone(tz = environment.timeZone): Zone {
  const isKnown = isUnderstood(tz)
  return instantMs => {
    if (!isKnown) throw unknownZone(tz ?? '')
    return offsetAt(instantMs)
  }
}

function offsetAt(instantMs: number): number {
  return (-new Date(instantMs).getTimezoneOffset() * hour) / 60
}

/** Whether what Node makes of TZ is what it says. A file that it names is Node's to read. */
function isUnderstood(tz = ''): boolean {
  const name = tz
    .replace(/^:/, '')
    .replace(/^\/usr\/share\/zoneinfo\//, '')
    .replace(/^(?:posix|right)\//, '')
  if (name === '' || name.startsWith('/') || /^(?:utc|gmt)[+-]?0*$/i.test(name)) return true
  const year = new Date().getUTCFullYear()
  const seasons = [Date.UTC(year, 0), Date.UTC(year, 6)]
  const zone = zoneNamed(name)
  if (zone) return seasons.every(season => zone(season) === offsetAt(season))
  // Of the form that POSIX has for zones Node knows a part: then it is not in UTC.
  return seasons.some(season => offsetAt(season) !== 0)
}

function unknownZone(tz: string): P8aError {
  return new P8aError(
    'bad_time',
    `Cannot tell local times: TZ is ${JSON.stringify(tz.slice(0, 100))}, and Node knows no such time zone`,
    {
      hint: 'Set TZ to a name such as Europe/Berlin, or write the time with its zone: 2026-11-20T10:00Z',
      facts: { zone: tz.slice(0, 100) },
    },
  )
}
