// A time in a state file: a text that Node can read as a time. Its form is not enough: Node cannot read
// `2026-11-20T10:00:00+05`.
import * as v from 'valibot'

export const timeSchema = v.pipe(
  v.string(),
  v.check(text => Number.isFinite(Date.parse(text)), 'is not a time'),
)
