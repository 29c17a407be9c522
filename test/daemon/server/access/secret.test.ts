// What a secret looks like. That it is random is Node's matter.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { newSecret } from '../../../../daemon/server/access/secret.ts'

const test = suite('secret')

test('newSecret() makes 43 characters that a command line, a URL and a header take', () => {
  assert.match(newSecret(), /^[A-Za-z0-9_][A-Za-z0-9_-]{42}$/)
})

test('newSecret() makes none that begins with a dash, which a command line takes for an option', () => {
  // 0b111110 is the dash of base64url.
  const drawn = [Buffer.alloc(32, 0b11111000), Buffer.alloc(32, 0)]
  assert.is(
    newSecret(() => drawn.shift() as Buffer),
    'A'.repeat(43),
  )
  assert.equal(drawn, [])
})

test.run()
