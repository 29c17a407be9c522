// That the client's own library reads and checks what is made here.
import { type JwtAuth, nkeys } from '@nats-io/transport-node'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { authenticatorOf, newSeed, publicOf, signedWith } from '../../../../pods/fleet/security/nkeys.ts'

const pairOf = (seed: string) => nkeys.fromSeed(Buffer.from(seed))

test('publicOf() gives the public key that the library gives, of each kind', () => {
  for (const [kind, letter] of [
    ['operator', 'O'],
    ['account', 'A'],
    ['user', 'U'],
  ] as const) {
    const seed = newSeed(kind)
    assert.is(publicOf(seed), pairOf(seed).getPublicKey())
    assert.is(publicOf(seed)[0], letter)
  }
})

test('signedWith() signs as the library does', () => {
  const [seed, text] = [newSeed('user'), Buffer.from('p8a')]
  assert.equal(new Uint8Array(signedWith(seed, text)), pairOf(seed).sign(text))
})

test('authenticatorOf() signs what the server has made up, and says whose signature it is', () => {
  const seed = newSeed('user')
  const { jwt, nkey, sig } = authenticatorOf({ token: 'token', seed })('nonce') as JwtAuth
  assert.equal([jwt, nkey], ['token', publicOf(seed)])
  assert.ok(nkeys.fromPublic(nkey ?? '').verify(Buffer.from('nonce'), Buffer.from(sig ?? '', 'base64')))
})

test('publicOf() refuses a seed that is broken', () => {
  const seed = newSeed('user')
  // Of the last letter not all bits count.
  const other = seed[20] === 'A' ? 'B' : 'A'
  assert.throws(() => publicOf(seed.slice(0, 20) + other + seed.slice(21)))
  assert.throws(() => publicOf('SU'))
  assert.throws(() => signedWith(publicOf(seed), Buffer.from('')))
})

test.run()
