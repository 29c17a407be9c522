// The HTTP view of scripts: each operation with its schemas. Requests are checked by these, and the OpenAPI document is
// made from them.
import * as v from 'valibot'
import { argsSchema, configSchema } from './config.ts'
import { processStatus } from './methods.ts'
import { textsSchema } from './texts.ts'

const time = v.pipe(v.string(), v.isoTimestamp())
const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
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
  params: v.record(v.string(), v.string()),
  pid: v.optional(whole),
  exit_code: v.nullable(v.pipe(v.number(), v.integer())),
  signal: v.nullable(v.string()),
  reason: v.nullable(v.string()),
  message: v.optional(v.string()),
  queued_at: time,
  started_at: v.optional(time),
  ended_at: v.optional(time),
  output: v.optional(described(v.string(), 'the first mebibyte of its output so far, as UTF-8')),
  output_bytes: v.optional(described(whole, 'what it wrote, once it has ended')),
  output_cut: v.optional(described(v.boolean(), 'whether some of that was not kept')),
})

export const problemSchema = v.object({
  code: v.string(),
  message: v.string(),
  hint: v.optional(v.string()),
})

/** What a stop answers. */
const stopSchema = v.object({ process_id: v.string(), status: processStatus, message: v.optional(v.string()) })

const commandInput = v.strictObject({
  name: v.optional(described(v.string(), 'name of the pod; one is made up where it is left out')),
  script: v.string('must be a text'),
  encoding: v.optional(encoding, 'utf8'),
})

const { env, cwd, timeout } = configSchema.entries

/** What of a process is its config. */
export const configEntries = { env, cwd, timeout }

const processInput = v.strictObject({
  command_id: v.string('must be a text'),
  args: v.optional(argsSchema, []),
  params: v.optional(texts, {}),
  stdin: v.optional(v.string('must be a text')),
  ...configEntries,
})

const processQuery = v.strictObject({
  status: v.optional(processStatus),
  command_id: v.optional(v.string()),
  limit: v.optional(count(1, 1000), '100'),
  offset: v.optional(count(0, Number.MAX_SAFE_INTEGER), '0'),
})

const outputQuery = v.strictObject({
  offset: v.optional(described(count(0, Number.MAX_SAFE_INTEGER), 'bytes to leave out'), '0'),
  follow: v.optional(
    described(v.picklist(['true', 'false'], 'must be true or false'), 'false: what is there, and no more'),
    'true',
  ),
})

const nothing = v.strictObject({})

/**
 * `status`: of a success, with the schema of its body; without one there is none, or it is bytes. `errors`: the other
 * statuses it may have, beside 401 and 403.
 */
type Operation = {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  summary: string
  query: v.GenericSchema
  body?: v.GenericSchema
  status: number
  result?: v.GenericSchema
  media?: readonly string[]
  errors: readonly number[]
}

export const operations = {
  createCommand: {
    method: 'POST',
    path: '/commands',
    summary: 'Stores a script; under a name that there is, as its newest version',
    query: nothing,
    body: commandInput,
    status: 201,
    result: v.object({ id: v.string() }),
    errors: [400, 413, 415],
  },
  listCommands: {
    method: 'GET',
    path: '/commands',
    summary: 'All scripts',
    query: nothing,
    status: 200,
    result: v.object({ commands: v.array(commandSchema) }),
    errors: [400],
  },
  getCommand: {
    method: 'GET',
    path: '/commands/{id}',
    summary: 'A script, with its text',
    query: nothing,
    status: 200,
    result: commandSchema,
    errors: [400, 404],
  },
  removeCommand: {
    method: 'DELETE',
    path: '/commands/{id}',
    summary: 'Removes a script with the records and the output of its runs',
    query: nothing,
    status: 204,
    errors: [400, 404, 409],
  },
  startProcess: {
    method: 'POST',
    path: '/processes',
    summary: 'Begins a run of a script, or queues it, and answers at once',
    query: nothing,
    body: processInput,
    status: 201,
    result: v.object({ process_id: v.string() }),
    errors: [400, 404, 409, 413, 415],
  },
  listProcesses: {
    method: 'GET',
    path: '/processes',
    summary: 'Runs of scripts, newest first',
    query: processQuery,
    status: 200,
    result: v.object({ processes: v.array(processSchema), total: whole, limit: whole, offset: whole }),
    errors: [400, 404],
  },
  getProcess: {
    method: 'GET',
    path: '/processes/{id}',
    summary: 'A run, with its output so far',
    query: nothing,
    status: 200,
    result: processSchema,
    errors: [400, 404],
  },
  getOutput: {
    method: 'GET',
    path: '/processes/{id}/output',
    summary: 'What a run writes, byte for byte, until it ends; as server-sent events where those are asked for',
    query: outputQuery,
    status: 200,
    media: ['application/octet-stream', 'text/event-stream'],
    errors: [400, 404],
  },
  stopProcess: {
    method: 'POST',
    path: '/processes/{id}/stop',
    summary: 'Asks a run to end, with all that it began; of one that has ended it says so',
    query: nothing,
    status: 202,
    result: stopSchema,
    errors: [400, 404],
  },
  removeProcess: {
    method: 'DELETE',
    path: '/processes/{id}',
    summary: 'Removes the record and the output of a run that is over; nothing where there is none',
    query: nothing,
    status: 204,
    errors: [400, 409],
  },
} as const satisfies Record<string, Operation>

export type OperationId = keyof typeof operations
export type ViewProcess = v.InferOutput<typeof processSchema>
export type ViewCommand = v.InferOutput<typeof commandSchema>

/** What each operation is given, checked. */
export type ViewInput<O extends OperationId> = {
  id: string
  query: v.InferOutput<(typeof operations)[O]['query']>
  body: (typeof operations)[O] extends { body: infer B extends v.GenericSchema } ? v.InferOutput<B> : undefined
}
