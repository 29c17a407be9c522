// The OpenAPI document of the HTTP view, made from the schemas that check every request.
import { toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { version } from '../../../protocol/version.ts'
import { type OperationId, operations } from '../../../protocol/view.ts'
import { problemSchema } from '../../../protocol/view-schemas.ts'

const reasons: Record<number, string> = {
  200: 'Done',
  201: 'Made',
  202: 'Asked for',
  204: 'Gone',
  400: 'The host cannot read what was sent',
  401: 'No token, or a wrong one',
  403: 'The token may not do that',
  404: 'There is no such thing',
  409: 'The state of the script, run or item does not allow it',
  413: 'The body is larger than the limit',
  415: 'The body is not JSON',
}

/** https://spec.openapis.org/oas/v3.1.1.html */
export function openApiDocument(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [id, operation] of Object.entries(operations)) {
    const method = operation.method.toLowerCase()
    paths[operation.path] = { ...paths[operation.path], [method]: operationObject(id as OperationId) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'p8a scripts',
      version,
      description:
        'Scripts and their runs on a p8a host, as HTTP resources. A command is a pod, a process is one of its runs.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'What `pod host token` prints' } },
      schemas: { Problem: schemaOf(problemSchema) },
    },
  }
}

function operationObject(id: OperationId): Record<string, unknown> {
  const operation = operations[id]
  const body = 'body' in operation ? operation.body : undefined
  const errors = [...operation.errors, 401, 403].sort()
  return {
    operationId: id,
    summary: operation.summary,
    parameters: [...pathParameters(operation.path), ...queryParameters(operation.query)],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: {
      [operation.status]: { description: reasons[operation.status], ...contentOf(id) },
      ...Object.fromEntries(errors.map(status => [status, problem(reasons[status])])),
      default: problem('The host cannot do that now: it is stopping, or its disk is full'),
    },
  }
}

function contentOf(id: OperationId): Record<string, unknown> {
  const operation = operations[id]
  if ('result' in operation) return { content: { 'application/json': { schema: schemaOf(operation.result) } } }
  if (!('media' in operation)) return {}
  return { content: Object.fromEntries(operation.media.map(type => [type, { schema: { type: 'string' } }])) }
}

function problem(description: string | undefined): Record<string, unknown> {
  const schema = { $ref: '#/components/schemas/Problem' }
  return { description, content: { 'application/json': { schema } } }
}

function pathParameters(path: string): Record<string, unknown>[] {
  return path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : []
}

function queryParameters(schema: v.GenericSchema): Record<string, unknown>[] {
  const { properties = {} } = schemaOf(schema) as { properties?: Record<string, object> }
  return Object.entries(properties).map(([name, property]) => ({ name, in: 'query', schema: property }))
}

function schemaOf(schema: v.GenericSchema): Record<string, unknown> {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    typeMode: 'input',
    errorMode: 'ignore',
    // Objects of texts are checked by a function of ours, which has no JSON Schema.
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema.type === 'custom' ? { type: 'object', additionalProperties: { type: 'string' } } : jsonSchema,
  })
  return rest
}
