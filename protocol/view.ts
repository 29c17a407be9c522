// The HTTP view of scripts and events: each operation with its schemas. Requests are checked by these, and the OpenAPI document is
// made from them.
import * as v from 'valibot'
import { queueOperations } from './view-queue.ts'
import {
  commandInput,
  commandSchema,
  eventsQuery,
  nothing,
  outputQuery,
  processInput,
  processQuery,
  processSchema,
  stopSchema,
  whole,
} from './view-schemas.ts'

/**
 * `status`: that of a success; `body` is the schema of its body, unless it has none or is bytes. `errors`: its other
 * statuses, beside 401 and 403.
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
    summary: 'Stores a script; if the name exists, as its newest version',
    query: nothing,
    body: commandInput,
    status: 201,
    result: v.object({ id: v.string() }),
    errors: [400, 409, 413, 415],
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
    summary: 'What a run writes, byte for byte, until it ends; as server-sent events if the client accepts those',
    query: outputQuery,
    status: 200,
    media: ['application/octet-stream', 'text/event-stream'],
    errors: [400, 404],
  },
  followEvents: {
    method: 'GET',
    path: '/events',
    summary: 'What happens on the host, as server-sent events; behind `Last-Event-ID`, or `after`, where one is named',
    query: eventsQuery,
    status: 200,
    media: ['text/event-stream'],
    errors: [400, 404],
  },
  stopProcess: {
    method: 'POST',
    path: '/processes/{id}/stop',
    summary: 'Asks a run to end, with all processes that it began; if it has ended already, the answer says so',
    query: nothing,
    status: 202,
    result: stopSchema,
    errors: [400, 404],
  },
  removeProcess: {
    method: 'DELETE',
    path: '/processes/{id}',
    summary: 'Removes the record and the output of a run that has ended; if there is no such run, nothing happens',
    query: nothing,
    status: 204,
    errors: [400, 409],
  },
  ...queueOperations,
} as const satisfies Record<string, Operation>

export type OperationId = keyof typeof operations

/** The checked input of each operation. */
export type ViewInput<O extends OperationId> = {
  id: string
  query: v.InferOutput<(typeof operations)[O]['query']>
  body: (typeof operations)[O] extends { body: infer B extends v.GenericSchema } ? v.InferOutput<B> : undefined
}
