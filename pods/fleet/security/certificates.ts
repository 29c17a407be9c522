// The certificates of the servers of an engine of p8a's own: an authority for each fleet, and what it signs for the servers.
import { createSign, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import type forge from 'node-forge'

/** A certificate and its private key, each as PEM. */
export type Pair = { cert: string; key: string }

/** Each as PEM. */
export type Keypair = { publicKey: string; privateKey: string }

const dayMs = 86_400_000
const authorityMs = 20 * 365 * dayMs
/** So that a host whose clock is behind accepts it too. */
const behindMs = 2 * dayMs

/** What part of its life a certificate may have left when another one takes its place. */
const leftPart = 1 / 3

export async function makeAuthority(fleet: string, nowMs: number): Promise<Pair> {
  const [keys, forge] = await Promise.all([newKeypair(), loadForge()])
  const subject = subjectOf(`p8a fleet ${fleet}`)
  const certificate = begun(forge, keys.publicKey, { subject, endsAtMs: nowMs + authorityMs, nowMs })
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  return { cert: signed(forge, certificate, keys.privateKey), key: keys.privateKey }
}

export type ServerCertificate = {
  publicKey: string
  /** The names and addresses of the server. */
  hosts: readonly string[]
  /** How long it is good. */
  forMs: number
  nowMs: number
}

/** @returns the certificate of a server, as PEM */
export async function signServer(
  authority: Pair,
  { publicKey, hosts, forMs, nowMs }: ServerCertificate,
): Promise<string> {
  const forge = await loadForge()
  const certificate = begun(forge, publicKey, {
    subject: subjectOf(hosts[0] ?? 'server'),
    endsAtMs: nowMs + forMs,
    nowMs,
  })
  const issuer = forge.pki.certificateFromPem(authority.cert)
  certificate.setIssuer(issuer.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    // Servers of a cluster are clients of each other.
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    { name: 'subjectAltName', altNames: hosts.map(alternativeName) },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ])
  return signed(forge, certificate, authority.key)
}

/** Whether a certificate is to be made anew: it is over, or soon will be, or cannot be read. */
export function isDue(pem: string, { forMs, nowMs }: { forMs: number; nowMs: number }): boolean {
  try {
    return Date.parse(new X509Certificate(pem).validTo) - nowMs < forMs * leftPart
  } catch {
    return true
  }
}

/**
 * Whether it was to be made anew for so long that whoever was to do that does not.
 * @param lateMs how long that may take
 */
export const isOverdue = (
  pem: string,
  { forMs, nowMs, lateMs }: { forMs: number; nowMs: number; lateMs: number },
): boolean => isDue(pem, { forMs, nowMs: nowMs - Math.min(lateMs, (forMs * leftPart) / 2) })

export async function newKeypair(): Promise<Keypair> {
  return await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
}

type Forge = typeof forge

/** Only where something is signed: it takes some 40 ms of CPU, and 3 MB. */
const loadForge = async (): Promise<Forge> => (await import('node-forge')).default

const subjectOf = (name: string) => [{ shortName: 'CN', value: name }]

function begun(
  forge: Forge,
  publicKey: string,
  { subject, endsAtMs, nowMs }: { subject: ReturnType<typeof subjectOf>; endsAtMs: number; nowMs: number },
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = serialNumber()
  certificate.validity.notBefore = new Date(nowMs - behindMs)
  certificate.validity.notAfter = new Date(endsAtMs)
  certificate.setSubject(subject)
  return certificate
}

/** Signed by Node, in a millisecond: forge itself holds up the fleet pod for thirty, and for far longer on a machine that has much else to do. */
function signed(forge: Forge, certificate: forge.pki.Certificate, signingKey: string): string {
  const sign = () => {
    const bytes = forge.asn1.toDer(certificate.tbsCertificate as forge.asn1.Asn1).getBytes()
    return createSign('sha256').update(Buffer.from(bytes, 'latin1')).sign(signingKey).toString('latin1')
  }
  certificate.sign({ sign } as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
}

/** As https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6 numbers them: 2 is a DNS name, 7 an IP address. */
const alternativeName = (host: string): object => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host })

/** A random one, positive and with no zeroes before it. */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}
