import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { listenSchema } from '../../protocol/listen-schema.ts'

function problemOf(given: unknown): string | undefined {
  return v.safeParse(listenSchema, given).issues?.[0].message
}

test('listenSchema takes one address, or several by name', () => {
  assert.equal(v.parse(listenSchema, 8080), { main: '8080' })
  assert.equal(v.parse(listenSchema, 'auto'), { main: 'auto' })
  assert.equal(v.parse(listenSchema, { web: 8080, admin: '127.0.0.1:9090' }), { web: '8080', admin: '127.0.0.1:9090' })
})

test('listenSchema says what is wrong', () => {
  for (const given of [true, null, [], 0, 70_000, 'web', { web: true }]) {
    assert.match(problemOf(given) ?? '', /is not an address to listen at/, String(given))
  }
  assert.match(problemOf({}) ?? '', /names no address/)
  assert.match(problemOf({ '1': 8080 }) ?? '', /does not begin with a letter/)
  assert.match(problemOf({ a: 8080, b: '*:8080' }) ?? '', /names one port twice/)
  assert.is(problemOf({ a: 'auto', b: 'auto' }), undefined)
})

test.run()
