// Times on the wire: RFC 3339 texts. A text of that form need not be a time: Node cannot read `2026-11-20T10:00:00+05`,
// and reads the 30th of February as the 2nd of March.
import * as v from 'valibot'

const message = 'must be an RFC 3339 time, such as 2026-11-20T10:00:00.000Z'

export const wireTime = v.pipe(v.string(message), v.isoTimestamp(message), v.check(isTime, message))

/** Whether `text` names a time that exists. It is also asked of a text that has not the form. */
function isTime(text: string): boolean {
  const day = text.slice(0, 10)
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (!Number.isFinite(Date.parse(text)) || !Number.isFinite(midnight)) return false
  return new Date(midnight).toISOString().startsWith(day)
}
