// Which parameters the methods take. Not here: that the page has them all (e2e/wire.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { isMethod, type MethodName, methods } from '../../protocol/methods.ts'

const accepts = (method: MethodName, params: unknown) => v.safeParse(methods[method].params, params).success

test('isMethod() knows every method, and nothing that every object has', () => {
  for (const name of Object.keys(methods)) assert.ok(isMethod(name), name)
  for (const name of ['', 'pod', 'pod.no', 'toString', 'constructor', '__proto__']) assert.not.ok(isMethod(name), name)
})

test('every method refuses a parameter that it does not have', () => {
  for (const name of Object.keys(methods) as MethodName[]) {
    const { issues } = v.safeParse(methods[name].params, { nonsense: 1 })
    assert.ok(
      issues?.some(({ path }) => path?.[0]?.key === 'nonsense'),
      name,
    )
  }
})

test('every method of a pod wants its name', () => {
  const { name: _, ...rest } = v.parse(methods['pod.status'].params, { name: 'web' })
  assert.not.ok(accepts('pod.status', rest))
  assert.not.ok(accepts('pod.status', { name: 'x'.repeat(1025) }))
})

for (const [method, wrong] of [
  ['pod.start', { params: { a: 1 } }],
  ['pod.start', { scale: 0 }],
  ['pod.logs', { limit: -1 }],
  ['pod.logs', { since: 'yesterday' }],
  ['pod.runs', { status: 'gone' }],
  ['pod.call', { fn: 5 }],
  ['pod.command', { argv: [] }],
  ['host.token.add', { role: 'root' }],
] as [MethodName, object][]) {
  test(`${method} refuses ${JSON.stringify(wrong)}`, () => {
    const [key] = Object.keys(wrong)
    const { issues } = v.safeParse(methods[method].params, { name: 'web', ...wrong })
    assert.ok(
      issues?.some(({ path }) => path?.[0]?.key === key),
      JSON.stringify(issues?.map(({ message }) => message)),
    )
  })
}

test.run()
