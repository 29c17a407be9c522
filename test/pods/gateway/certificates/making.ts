// Certificates for tests: of a root of the test's own, which a client can be told to trust.
import 'reflect-metadata'
import { createPrivateKey, KeyObject, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000

/** PEM. */
export type Made = { pem: string; key: string }

/** What a certificate says of itself; by default it is for a day, and begins an hour ago. `extensions`: beside the names. */
export type Wanted = { names: readonly string[]; beginsAtMs?: number; endsAtMs?: number; extensions?: x509.Extension[] }

export class Root {
  readonly pem: string
  #keys: webcrypto.CryptoKeyPair
  #serial = 1

  static async make(): Promise<Root> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: 'CN=Test root',
      ...lifeOf({}),
      signingAlgorithm: algorithm,
      keys,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true), await keyIdOf(keys.publicKey)],
    })
    return new Root(`${certificate.toString('pem')}\n`, keys)
  }

  private constructor(pem: string, keys: webcrypto.CryptoKeyPair) {
    this.pem = pem
    this.#keys = keys
  }

  async make(wanted: Wanted): Promise<Made> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const pem = await this.sign(keys.publicKey, wanted)
    return { pem, key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString() }
  }

  /** @returns PEM */
  async sign(publicKey: x509.PublicKeyType, wanted: Wanted): Promise<string> {
    this.#serial += 1
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: this.#serial.toString(16).padStart(4, '0'),
      subject: `CN=${wanted.names[0]}`,
      issuer: 'CN=Test root',
      ...lifeOf(wanted),
      signingAlgorithm: algorithm,
      publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension(wanted.names.map(value => ({ type: 'dns', value }))),
        await x509.AuthorityKeyIdentifierExtension.create(this.#keys.publicKey),
        ...(wanted.extensions ?? []),
      ],
    })
    return `${certificate.toString('pem')}\n`
  }
}

function lifeOf({ beginsAtMs = Date.now() - 3_600_000, endsAtMs = Date.now() + dayMs }: Partial<Wanted>) {
  return { notBefore: new Date(beginsAtMs), notAfter: new Date(endsAtMs) }
}

const keyIdOf = (key: webcrypto.CryptoKey) => x509.SubjectKeyIdentifierExtension.create(key)

/** The same key, which nobody can read without the passphrase. */
export function encrypted(key: string): string {
  return createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString()
}
