// Makes a certificate that signs itself, with a key of its own. Node reads certificates but makes none, and the packages
// that do bring twenty others along, for one file that is written once.
// The form is that of https://www.rfc-editor.org/rfc/rfc5280#section-4.1
import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { promisify } from 'node:util'
import { bits, integer, octets, oid, sequence, set, tagged, time, utf8, yes } from './der.ts'

/** Clients pin it by its fingerprint, so it has no reason to end while its host lives. */
const validYears = 30

const oids = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
}

/** A certificate and its private key, each as PEM. */
export type Pair = { cert: string; key: string }

/**
 * Makes both.
 * @param options.name what the certificate is of, for people
 * @param options.hosts the names and addresses under which clients reach it
 */
export async function makeCertificate(options: { name: string; hosts: readonly string[]; now: Date }): Promise<Pair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const body = bodyOf(options, publicKey)
  const signature = sign('sha256', body, privateKey)
  const certificate = sequence(body, sequence(oid(oids.ecdsaWithSha256)), bits(signature))
  return { cert: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function bodyOf({ name, hosts, now }: Parameters<typeof makeCertificate>[0], publicKey: KeyObject): Buffer {
  const until = new Date(now)
  until.setUTCFullYear(until.getUTCFullYear() + validYears)
  // It signs itself, so that who made it and whom it is of are one.
  const subject = sequence(set(sequence(oid(oids.commonName), utf8(name))))
  const version3 = tagged(0xa0, integer(Buffer.from([2])))
  return sequence(
    version3,
    integer(serialNumber()),
    sequence(oid(oids.ecdsaWithSha256)),
    subject,
    // A client whose clock is behind takes it too.
    sequence(time(new Date(now.getTime() - 86_400_000)), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      0xa3,
      sequence(
        extension(oids.basicConstraints, sequence(yes()), { isCritical: true }),
        extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth))),
        extension(oids.alternativeNames, sequence(...hosts.map(alternativeName))),
      ),
    ),
  )
}

/** A random one, positive and with no zeroes before it. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

function extension(id: string, value: Buffer, { isCritical = false } = {}): Buffer {
  return sequence(oid(id), ...(isCritical ? [yes()] : []), octets(value))
}

function alternativeName(host: string): Buffer {
  const address = addressBytes(host)
  return address ? tagged(0x87, address) : tagged(0x82, Buffer.from(host))
}

function addressBytes(host: string): Buffer | undefined {
  if (/^\d+(\.\d+){3}$/.test(host)) return Buffer.from(host.split('.').map(Number))
  return isIPv6(host) ? bytesOfIPv6(host) : undefined
}

/** A URL writes it without a mixed end in decimal, so that only the gap of `::` is left to fill. */
function bytesOfIPv6(host: string): Buffer {
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const gap = Array<string>(8 - before.length - after.length).fill('0')
  return Buffer.from([...before, ...gap, ...after].map(group => group.padStart(4, '0')).join(''), 'hex')
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
