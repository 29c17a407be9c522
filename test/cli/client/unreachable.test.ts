// Why a host cannot be reached, in words.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Address, parseAddress } from '../../../cli/client/address.ts'
import { unreachable } from '../../../cli/client/unreachable.ts'
import { P8aError } from '../../../protocol/errors.ts'

const [local, far, safe] = ['localhost:3000', '192.0.2.1:3000', 'tls://192.0.2.1:3000'].map(parseAddress) as [
  Address,
  Address,
  Address,
]
const socket = parseAddress('unix:/data/host.sock')

for (const [code, address, reason, hint] of [
  ['ECONNREFUSED', local, 'nothing listens there', 'host start --detach'],
  ['ENOENT', socket, 'nothing listens there', 'host start --detach'],
  ['ECONNREFUSED', far, 'nothing listens there', 'remote list'],
  ['ENOTFOUND', far, 'no machine of that name', 'remote list'],
  ['EAI_AGAIN', far, 'the name cannot be looked up', 'remote list'],
  ['ETIMEDOUT', far, 'it does not answer', 'remote list'],
  ['EACCES', socket, 'you may not open its socket', 'another user'],
  ['EINVAL', socket, 'a socket cannot have that path', 'a shorter path'],
  ['ENOTSOCK', socket, 'that file is not a socket', 'host start --detach'],
  ['EPROTO', safe, 'does not speak TLS', 'leave out tls://'],
  ['ECONNRESET', safe, 'does not speak TLS', 'leave out tls://'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', safe, 'no authority that this machine trusts', 'To pin its fingerprint'],
] as const) {
  test(`unreachable() says of ${code} what it is, and what to do`, () => {
    const error = unreachable(address, { code, message: 'x' })
    assert.is(error.code, 'host_unreachable')
    assert.match(error.message, reason)
    assert.match(error.hint ?? '', hint)
    assert.is(error.facts.reason, code)
  })
}

test('unreachable() says what the system said where it knows no better', () => {
  assert.match(unreachable(far, { code: 'EODD', message: 'something odd' }).message, /: something odd$/)
  assert.match(unreachable(far, {}).message, /: it cannot be reached$/)
})

test('unreachable() leaves an error of ours as it is', () => {
  const error = new P8aError('timeout', 'late')
  assert.is(unreachable(far, error), error)
})

test.run()
