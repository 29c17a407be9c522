// Makes a self-signed certificate, with a key of its own.
import { createSign, generateKeyPair, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import forge from 'node-forge'

/** Clients pin it by its fingerprint, so it need not expire while its host lives. */
const validYears = 30
const dayMs = 86_400_000

/** A certificate and its private key, each as PEM. */
export type Pair = { cert: string; key: string }

/**
 * Makes both.
 * @param options.name the subject of the certificate, for people
 * @param options.hosts the names and addresses under which clients reach the host
 */
export async function makeCertificate(options: { name: string; hosts: readonly string[]; now: Date }): Promise<Pair> {
  const { name, hosts, now } = options
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = serialNumber()
  // So that a client whose clock is behind accepts it too.
  certificate.validity.notBefore = new Date(now.getTime() - dayMs)
  certificate.validity.notAfter = new Date(now)
  certificate.validity.notAfter.setUTCFullYear(now.getUTCFullYear() + validYears)
  // It is self-signed, so its issuer is its subject.
  const subject = [{ shortName: 'CN', value: name }]
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: hosts.map(alternativeName) },
  ])
  certificate.sign(signerOf(certificate, privateKey), forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'), key: privateKey }
}

/** Node signs in a millisecond: forge itself holds up the start of the host for tens of them. */
function signerOf(certificate: forge.pki.Certificate, key: string): forge.pki.rsa.PrivateKey {
  const sign = () => {
    const bytes = forge.asn1.toDer(certificate.tbsCertificate as forge.asn1.Asn1).getBytes()
    return createSign('sha256').update(Buffer.from(bytes, 'latin1')).sign(key).toString('latin1')
  }
  return { sign } as unknown as forge.pki.rsa.PrivateKey
}

/** As https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6 numbers them: 2 is a DNS name, 7 an IP address. */
function alternativeName(host: string): object {
  return isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }
}

/** A random one, positive and with no zeroes before it. */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}
