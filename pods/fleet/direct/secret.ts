// What two hosts know of each other, and nobody else: each makes a pair of keys, tells the fleet the public one, and both work out the same secret
// from their own private key and the other's public one. No certificate is needed, and no clock.
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'

/** `told`: the public one as a host tells it. */
export type DirectKey = { told: string; privateKey: KeyObject }

const curve = 'x25519'
const secretBytes = 32

export function newDirectKey(): DirectKey {
  const { publicKey, privateKey } = generateKeyPairSync(curve)
  return { told: toldBy(publicKey), privateKey }
}

/** As text, which is as secret as the key. */
export const writeDirectKey = ({ privateKey }: DirectKey): string =>
  privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url')

/** @throws {Error} if it is no such text */
export function readDirectKey(text: string): DirectKey {
  const privateKey = createPrivateKey({ key: Buffer.from(text, 'base64url'), type: 'pkcs8', format: 'der' })
  if (privateKey.asymmetricKeyType !== curve)
    throw new Error(`It is a key of another kind: ${privateKey.asymmetricKeyType}`)
  return { told: toldBy(createPublicKey(privateKey)), privateKey }
}

const toldBy = (publicKey: KeyObject): string => publicKey.export({ format: 'jwk' }).x ?? ''

/**
 * @param from the host that connects, `to` the one it connects to
 * @returns 32 bytes. @throws {Error} if `others` is no key
 */
export function secretOf(
  own: DirectKey,
  { others, fleet, from, to }: { others: string; fleet: string; from: string; to: string },
): Buffer {
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: others }, format: 'jwk' })
  const shared = diffieHellman({ privateKey: own.privateKey, publicKey })
  return Buffer.from(hkdfSync('sha256', shared, '', `p8a fleet ${fleet} ${from} ${to}`, secretBytes))
}

/** TLS 1.3 with such a secret in the place of certificates: each side has shown that it has it, and what is sent stays secret though it gets known. */
export const secretTls = { ciphers: 'TLS_AES_128_GCM_SHA256:PSK', minVersion: 'TLSv1.3' } as const
