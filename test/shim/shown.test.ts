import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { said, shown } from '../../shim/shown.ts'

const circle: Record<string, unknown> = { disk: 'full' }
circle.self = circle
const shut = new Proxy({}, { get: () => assert.unreachable() as never })

test('said() keeps what has a text of its own, and inspects other objects', () => {
  for (const text of ['', 'no disk', '[object]']) assert.is(said(text), text)
  assert.equal([7, true, null, 12n, Symbol('x')].map(said), ['7', 'true', 'null', '12', 'Symbol(x)'])
  assert.is(said(new Error('no disk')), 'Error: no disk')
  assert.is(said(new URL('http://here/')), 'http://here/')
  assert.is(said(circle), "<ref *1> { disk: 'full', self: [Circular *1] }")
  assert.is(said([{ free: 0 }]), '[ { free: 0 } ]')
  assert.is(said(Object.assign(Object.create(null), { free: 0 })), '[Object: null prototype] { free: 0 }')
})

test('said() and shown() show something of what does not want to be shown', () => {
  for (const value of [shut, Object.defineProperty(new Error('hidden'), 'name', { value: Symbol('x') })]) {
    assert.ok(said(value).length > 0)
    assert.ok(shown(value).length > 0)
  }
})

test('shown() quotes a text, and shows anything else in one short line', () => {
  assert.is(shown('a "text"'), '"a \\"text\\""')
  assert.is(shown(circle), "<ref *1> { disk: 'full', self: [Circular *1] }")
  assert.equal([undefined, 12n].map(shown), ['undefined', '12n'])
  assert.is(shown(Array.from({ length: 90 }, () => 'long')).length, 200)
})

test.run()
