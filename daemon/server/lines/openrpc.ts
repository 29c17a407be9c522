// The OpenRPC document: what `rpc.discover` answers, made from the schemas and shapes that check every request and answer.
import { toJsonSchema } from '@valibot/to-json-schema'
import { errorTable } from '../../../protocol/errors.ts'
import { type MethodName, methods } from '../../../protocol/methods.ts'
import { results } from '../../../protocol/results.ts'

/** https://spec.open-rpc.org */
export function openRpcDocument(version: string): Record<string, unknown> {
  return {
    openrpc: '1.3.2',
    info: {
      title: 'p8a host',
      version,
      description:
        'One JSON text a line over the Unix socket or TCP, or POST /rpc over HTTP. Over TCP a token is asked for.',
    },
    methods: Object.entries(methods).map(([name, { summary, params }]) => {
      const schema = toJsonSchema(params, { typeMode: 'input', errorMode: 'ignore' })
      const required = new Set(schema.required ?? [])
      return {
        name,
        summary,
        paramStructure: 'by-name',
        params: Object.entries(schema.properties ?? {}).map(([key, property]) => ({
          name: key,
          required: required.has(key),
          schema: property,
        })),
        result: { name: 'result', schema: results[name as MethodName]() },
        errors: [{ $ref: '#/components/errors/any' }],
      }
    }),
    components: {
      errors: {
        any: { code: errorTable.internal.rpc, message: 'data.code says which; data.hint says what to do' },
      },
      'x-error-codes': Object.fromEntries(
        Object.entries(errorTable).map(([code, { rpc, http }]) => [code, { rpc, http }]),
      ),
    },
  }
}
