// The note that a keeper leaves about the end of a script, `runs/<n>.exit`. The next host reads it, and accepts nothing
// else in its place.
import * as v from 'valibot'
import type { ScriptNote, ServiceEnd, ServiceSaid } from '../../protocol/keeper.ts'
import { parseState, readStateText } from '../store/state-file.ts'
import { timeSchema } from '../store/time.ts'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

const end = {
  code: v.nullable(v.pipe(whole, v.maxValue(2 ** 32))),
  signal: v.nullable(v.pipe(v.string(), v.regex(/^SIG[A-Z0-9]{1,20}(\+\d{1,2})?$/, 'is not a signal'))),
}
const endSchema = v.object({ ...end, lifeline: v.optional(v.string()) })

const schema = v.pipe(
  v.object({
    ...end,
    endedAt: v.optional(timeSchema),
    timedOut: v.boolean(),
    outputBytes: whole,
    cut: v.boolean(),
  }),
  v.check(({ code, signal }) => (code === null) !== (signal === null), 'has a code or a signal'),
)

const saidSchema = v.object({ ready: v.optional(v.boolean()), text: v.optional(v.string()) })

/** The note in `file`; undefined if there is none, or its room alone. @throws {P8aError} `state_broken` if something else is there */
export async function readNote(file: string): Promise<ScriptNote | undefined> {
  const text = await readStateText(file)
  return text === undefined || text.trim() === '' ? undefined : parseState(file, text, schema)
}

/** Whether a keeper's message about an end is valid. */
export function isNote(note: unknown): note is ScriptNote {
  return v.is(schema, note)
}

/** Whether a keeper's message about the end of a service is valid. */
export function isServiceEnd(end: unknown): end is ServiceEnd {
  return v.is(endSchema, end)
}

/** Whether what a keeper hands on is something that a service can say. */
export function isServiceSaid(said: unknown): said is ServiceSaid {
  return v.is(saidSchema, said)
}
