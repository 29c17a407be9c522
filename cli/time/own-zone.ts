// The zone that this process is in, which is what TZ says, or else the system. Node takes a TZ that it does not know for UTC,
// without a word.
import { P8aError } from '../../protocol/errors.ts'
import { isUnderstood, localZone, type Zone } from '../../protocol/zone.ts'
import { environment } from '../environment.ts'

/** @throws {P8aError} `bad_time` where it is asked and TZ is not understood */
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
