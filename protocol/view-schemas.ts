// The schemas of what the HTTP view of scripts takes and answers. It knows no operations.
import * as v from 'valibot'
import { argsSchema, configSchema } from './config.ts'
import { eventNames } from './events.ts'
import { processStatus } from './methods/seen.ts'
import { textsSchema } from './texts.ts'

const time = v.pipe(v.string(), v.isoTimestamp())
export const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const texts = textsSchema({ text: 'must be a text' })
const encoding = v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"')
const described = <S extends v.GenericSchema<unknown>>(schema: S, text: string) => v.pipe(schema, v.description(text))

/** A number in the query of a URL. */
const count = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, message),
    v.check(text => Number(text) >= least && Number(text) <= most, message),
    v.transform(Number),
  )
}

export const commandSchema = v.object({
  id: described(v.string(), 'name of the pod'),
  name: v.string(),
  version: whole,
  hash: described(v.string(), 'sha256 of the script, hex'),
  size: v.optional(whole),
  created_at: v.optional(described(time, 'when this version was pushed')),
  script: v.optional(v.string()),
  encoding: v.optional(encoding),
})

export const processSchema = v.object({
  id: described(v.string(), 'id of the run, such as backup.7'),
  command_id: v.string(),
  status: processStatus,
  args: v.array(v.string()),
  params: texts,
  pid: v.optional(whole),
  exit_code: v.nullable(v.pipe(v.number(), v.integer())),
  signal: v.nullable(v.string()),
  reason: v.nullable(v.string()),
  message: v.optional(v.string()),
  queued_at: time,
  started_at: v.optional(time),
  ended_at: v.optional(time),
  output: v.optional(described(v.string(), 'the first mebibyte of its output so far, as UTF-8')),
  output_bytes: v.optional(described(whole, 'how many bytes it wrote, once it has ended')),
  output_cut: v.optional(described(v.boolean(), 'whether some of them were not kept')),
})

export const problemSchema = v.object({
  code: v.string(),
  message: v.string(),
  hint: v.optional(v.string()),
})

/** The answer to a stop. */
export const stopSchema = v.object({ process_id: v.string(), status: processStatus, message: v.optional(v.string()) })

export const commandInput = v.strictObject({
  name: v.optional(described(v.string(), 'name of the pod; if it is left out, the host makes one up')),
  script: v.string('must be a text'),
  encoding: v.optional(encoding, 'utf8'),
})

const { env, cwd, timeout } = configSchema.entries

/** The members of a process that belong to its config. */
export const configEntries = { env, cwd, timeout }

export const processInput = v.strictObject({
  command_id: v.string('must be a text'),
  args: v.optional(argsSchema, []),
  params: v.optional(texts, {}),
  stdin: v.optional(v.string('must be a text')),
  ...configEntries,
})

export const processQuery = v.strictObject({
  status: v.optional(processStatus),
  command_id: v.optional(v.string()),
  limit: v.optional(count(1, 1000), '100'),
  offset: v.optional(count(0, Number.MAX_SAFE_INTEGER), '0'),
})

export const outputQuery = v.strictObject({
  offset: v.optional(described(count(0, Number.MAX_SAFE_INTEGER), 'bytes to skip'), '0'),
  follow: v.optional(
    described(v.picklist(['true', 'false'], 'must be true or false'), 'false: only what there is now'),
    'true',
  ),
})

export const nothing = v.strictObject({})

export type ViewProcess = v.InferOutput<typeof processSchema>
export type ViewCommand = v.InferOutput<typeof commandSchema>

const eventName = v.picklist(eventNames)

/** Which events are sent, and behind which number. */
export const eventsQuery = v.strictObject({
  path: v.optional(v.pipe(v.string(), v.description('dotted path of a nested host'))),
  name: v.optional(v.pipe(v.string(), v.description('name of a pod'))),
  type: v.optional(
    v.pipe(
      v.string(),
      v.transform(text => text.split(',')),
      v.array(eventName, 'must be types of events, with commas between them'),
    ),
  ),
  after: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'must be the number of an event'), v.transform(Number), v.number()),
  ),
})
