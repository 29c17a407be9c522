// The OpenRPC document. Not here: that it has every method (e2e/wire.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openRpcDocument } from '../../../../daemon/server/lines/openrpc.ts'
import { errorTable } from '../../../../protocol/errors.ts'

type Method = {
  name: string
  params: { name: string; required: boolean; schema: { type?: string } }[]
  result: { schema: { type?: string; required?: string[]; properties?: Record<string, unknown> } }
}

const document = openRpcDocument('1.2.3') as {
  info: { version: string }
  methods: Method[]
  components: { 'x-error-codes': Record<string, unknown> }
}
const method = (name: string) => document.methods.find(each => each.name === name) as Method

test('openRpcDocument() says of each parameter whether it is required, and of which type', () => {
  const params = Object.fromEntries(method('pod.call').params.map(({ name, ...rest }) => [name, rest]))
  assert.equal([params.name?.required, params.fn?.required, params.path?.required], [true, true, false])
  assert.is(params.name?.schema.type, 'string')
})

test('openRpcDocument() says what each method answers', () => {
  for (const { name, result } of document.methods) assert.is(result.schema.type, 'object', name)
  assert.equal(method('pod.runs').result.schema.required, ['runs', 'total'])
  assert.equal(Object.keys(method('pod.versions').result.schema.properties ?? {}), ['versions', 'deploys', 'diff'])
})

test('openRpcDocument() can be sent as JSON, with the version and every error code', () => {
  assert.equal(JSON.parse(JSON.stringify(document)).info.version, '1.2.3')
  assert.equal(Object.keys(document.components['x-error-codes']), Object.keys(errorTable))
})

test.run()
