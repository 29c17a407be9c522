// A time in a state file: one that can be reckoned with. The form alone does not say so: of `2026-11-20T10:00:00+05` Node cannot.
import * as v from 'valibot'

export const timeSchema = v.pipe(
  v.string(),
  v.check(text => Number.isFinite(Date.parse(text)), 'is not a time'),
)
