// A certificate with its key, ready for TLS, or in words what is wrong with the two.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'

export type Certificate = {
  /** Where it is from, for people. */
  label: string
  /** Lower case; some may be wildcards. */
  names: readonly string[]
  beginsAtMs: number
  endsAtMs: number
  issuer: string
  /** PEM, with the chain. */
  pem: string
  key: string
  context: SecureContext
}

export const oldestProtocol = 'TLSv1.2'

/** Whatever run of the gateway continues a session of another one, it is the same service. */
export const sessionIdContext = 'p8a gateway'

/**
 * @param text.pem the certificate, and those that lead to its root after it
 * @param text.key PEM
 * @returns the certificate, or what is wrong
 */
export function readCertificate(label: string, { pem, key }: { pem: string; key: string }): Certificate | string {
  const read = attempt(() => new X509Certificate(pem))
  if (!read) return 'it is no certificate in PEM'
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key)) return 'its key is encrypted with a passphrase'
  const privateKey = attempt(() => createPrivateKey(key))
  if (!privateKey) return 'its key is no private key in PEM'
  if (!read.checkPrivateKey(privateKey)) return `the key does not fit: it is that of another certificate`
  const names = namesOf(read)
  if (names.length === 0) return 'it names no host'
  try {
    const context = createSecureContext({ cert: pem, key, minVersion: oldestProtocol, sessionIdContext })
    const [beginsAtMs, endsAtMs] = [Date.parse(read.validFrom), Date.parse(read.validTo)]
    return { label, names, beginsAtMs, endsAtMs, issuer: issuerOf(read), pem, key, context }
  } catch (error) {
    return `TLS does not take it: ${(error as Error).message}`
  }
}

/** Whether a certificate is for a name: a wildcard stands for one label. */
export function isFor({ names }: Pick<Certificate, 'names'>, name: string): boolean {
  return names.includes(name) || names.includes(name.replace(/^[^.]+/, '*'))
}

function namesOf({ subjectAltName = '', subject }: X509Certificate): string[] {
  const names = [...subjectAltName.matchAll(/(?:^|, )DNS:([^,"]+)/g)].map(([, name = '']) => name.toLowerCase())
  if (names.length > 0) return names
  // Clients do not look there any more, yet some certificates of one's own have nothing else.
  const [, common] = /^CN=(.+)$/m.exec(subject) ?? []
  return common === undefined ? [] : [common.toLowerCase()]
}

function issuerOf({ issuer }: X509Certificate): string {
  return /^(?:O|CN)=(.+)$/m.exec(issuer)?.[1] ?? issuer.replaceAll('\n', ', ')
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
