// The keys of NATS, each as the seed that it is made of, and what is signed with them. Node signs in a tenth of a millisecond: the client's own
// library does it in JavaScript, in ten, in which the fleet pod does nothing else. https://docs.nats.io/reference/reference-protocols/nkeys
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { type Authenticator, nkeys } from '@nats-io/transport-node'

export const newSeed = (kind: 'operator' | 'account' | 'user'): string => {
  const make = { operator: nkeys.createOperator, account: nkeys.createAccount, user: nkeys.createUser }[kind]
  return Buffer.from(make().getSeed()).toString()
}

/** The public key of a seed. @throws {Error} if it is none */
export function publicOf(seed: string): string {
  const { kind, key } = keyOf(seed)
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  const bytes = Buffer.from([kind, ...Buffer.from(x, 'base64url')])
  const checksum = checksumOf(bytes)
  return toBase32(Buffer.from([...bytes, checksum & 0xff, checksum >> 8]))
}

/** @throws {Error} if the seed is none */
export const signedWith = (seed: string, bytes: Uint8Array): Buffer => sign(null, bytes, keyOf(seed).key)

/** How a client says who it is: by a token, and what the server has just made up, signed. */
export const authenticatorOf =
  ({ token, seed }: { token: string; seed: string }): Authenticator =>
  nonce => ({
    jwt: token,
    nkey: publicOf(seed),
    sig: nonce === undefined ? '' : signedWith(seed, Buffer.from(nonce)).toString('base64'),
  })

/** Before the 32 bytes of an Ed25519 key in PKCS #8. https://www.rfc-editor.org/rfc/rfc8410#section-7 */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const keyBytes = 32

/** A seed begins with two bytes: five bits for that, and eight for the kind of its key. */
function keyOf(seed: string): { kind: number; key: KeyObject } {
  nkeys.fromSeed(Buffer.from(seed))
  const bytes = fromBase32(seed)
  const [first = 0, second = 0] = bytes
  const der = Buffer.concat([pkcs8, bytes.subarray(2, 2 + keyBytes)])
  return {
    kind: ((first & 7) << 5) | (second >> 3),
    key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
  }
}

/** CRC-16/XMODEM. */
function checksumOf(bytes: Uint8Array): number {
  let checksum = 0
  for (const byte of bytes) {
    checksum ^= byte << 8
    for (let bit = 0; bit < 8; bit++) checksum = ((checksum << 1) ^ (checksum & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return checksum
}

/** https://www.rfc-editor.org/rfc/rfc4648#section-6 without padding. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, byte => byte.toString(2).padStart(8, '0')).join('')
  return bits.replace(/.{1,5}/g, five => letters[Number.parseInt(five.padEnd(5, '0'), 2)] ?? '')
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, letter => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from(bits.match(/.{8}/g)?.map(byte => Number.parseInt(byte, 2)) ?? [])
}
