import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keyOf } from '../../../pods/gateway/sticky.ts'

const peer = { address: '10.0.0.1', protocol: 'http', isTrusted: false } as const

test('keyOf() knows a client by its cookie, and gives one to those that have none', () => {
  assert.equal(keyOf('cookie', { peer, raw: ['Cookie', 'a=1; p8a_g=xY-_3; b=2'] }), { key: 'xY-_3' })
  const { key, cookie } = keyOf('cookie', { peer, raw: ['Cookie', 'xp8a_g=no; p8a_g=no no'] })
  assert.match(key ?? '', /^[\w-]{16}$/)
  assert.is(cookie, `p8a_g=${key}; Path=/; HttpOnly; SameSite=Lax`)
  assert.match(keyOf('cookie', { peer: { ...peer, protocol: 'https' }, raw: [] }).cookie ?? '', /; Secure$/)
})

test('keyOf() knows a client by a header, or by its address, which only a proxy that is believed may name', () => {
  assert.equal(keyOf('header:X-User', { peer, raw: ['x-user', 'ann'] }), { key: 'ann' })
  assert.equal(keyOf('header:X-User', { peer, raw: [] }), { key: undefined })
  const raw = ['X-Forwarded-For', '1.1.1.1, 2.2.2.2']
  assert.equal(keyOf('address', { peer, raw }), { key: '10.0.0.1' })
  assert.equal(keyOf('address', { peer: { ...peer, isTrusted: true }, raw }), { key: '2.2.2.2' })
  assert.equal(keyOf('address', { peer: { ...peer, isTrusted: true }, raw: [] }), { key: '10.0.0.1' })
  assert.equal(keyOf(undefined, { peer, raw }), { key: undefined })
})

test.run()
