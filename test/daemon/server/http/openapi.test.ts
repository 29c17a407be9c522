// The OpenAPI document. Not here: that it is a valid one, and that answers are as it says (e2e/view.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openApiDocument } from '../../../../daemon/server/http/openapi.ts'
import { operations } from '../../../../protocol/view.ts'

type Operation = {
  operationId: string
  parameters: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: { properties: Record<string, unknown> } }> }
  responses: Record<string, unknown>
}

const { paths } = openApiDocument() as { paths: Record<string, Record<string, Operation>> }

test('openApiDocument() has every operation once, at its path and method', () => {
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, method.toUpperCase(), path]),
  )
  const expected = Object.entries(operations).map(([id, { method, path }]) => [id, method, path])
  assert.equal(found.sort(), expected.sort())
})

test('openApiDocument() names the parameters of path and query, and what a body may hold', () => {
  const parametersOf = (path: string) => paths[path]?.get?.parameters.map(({ name, in: where }) => `${where} ${name}`)
  assert.equal(parametersOf('/processes/{id}/output'), ['path id', 'query offset', 'query follow'])
  const body = paths['/processes']?.post?.requestBody?.content['application/json']?.schema.properties ?? {}
  assert.equal(body.params, { type: 'object', additionalProperties: { type: 'string' }, default: {} })
  assert.ok('command_id' in body)
})

test('openApiDocument() says of every operation that it may be refused without a token, or for its role', () => {
  for (const methods of Object.values(paths)) {
    for (const { operationId, responses } of Object.values(methods))
      assert.ok('401' in responses && '403' in responses && 'default' in responses, operationId)
  }
})

test.run()
