// The zone of this process: that of TZ, else that of the system. Node silently takes a TZ that it does not know for
// UTC.
import { P8aError } from '../../protocol/errors.ts'
import { isUnderstood, localZone, type Zone } from '../../protocol/zone.ts'
import { environment } from '../environment.ts'

/** @throws {P8aError} `bad_time` if TZ is set to a zone that Node does not know */
export function ownZone(tz = environment.timeZone): Zone {
  const isKnown = isUnderstood(tz)
  return instantMs => {
    if (!isKnown) throw unknownZone(tz ?? '')
    return localZone(instantMs)
  }
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
