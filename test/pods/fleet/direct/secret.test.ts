import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { newDirectKey, secretOf } from '../../../../pods/fleet/direct/secret.ts'

const [a, b, c] = [newDirectKey(), newDirectKey(), newDirectKey()]
const way = { fleet: 'f', from: 'a', to: 'b' }
const secret = secretOf(a, { ...way, others: b.told })

test('secretOf() is the same for both, and another one for everybody else, each way, and each fleet', () => {
  assert.is(secret.length, 32)
  assert.equal(secretOf(b, { ...way, others: a.told }), secret)
  const others = [
    secretOf(c, { ...way, others: b.told }),
    secretOf(a, { ...way, others: b.told, from: 'b', to: 'a' }),
    secretOf(a, { ...way, others: b.told, fleet: 'g' }),
  ]
  for (const other of others) assert.not.ok(other.equals(secret))
})

test('secretOf() refuses what is no key', () => {
  for (const others of ['', 'short', 'A'.repeat(43)]) assert.throws(() => secretOf(a, { ...way, others }))
})

test.run()
