import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { groupSchema } from '../../protocol/group.ts'

const isGroup = (value: unknown) => v.safeParse(groupSchema, value).success

test('groupSchema takes weights, what is sticky, and routes', () => {
  for (const sticky of ['cookie', 'address', 'header:X-User', undefined])
    assert.ok(isGroup({ members: { a: 90, b: 0.5, c: 0 }, sticky, route: 'app.test' }), String(sticky))
  for (const sticky of ['header:', 'header:a b', 'ip', ''])
    assert.not.ok(isGroup({ members: { a: 1 }, sticky }), sticky)
  for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5', 1e7])
    assert.not.ok(isGroup({ members: { a: weight } }), String(weight))
  assert.not.ok(isGroup({ members: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`p${at}`, 1])) }))
  assert.not.ok(isGroup({ members: { a: 1 }, route: 'no route' }))
})

test.run()
