// What a certificate authority says of when to renew (RFC 9773).
import { X509Certificate } from 'node:crypto'
import type { Window } from './renewal.ts'
import { retryAfterMs } from './retry-after.ts'

/** How long it may take. */
const answerMs = 30_000

/** How a certificate is called there: the key of its issuer, and its serial number. Undefined if it does not name the key. */
export function certificateId(pem: string): string | undefined {
  const { raw, serialNumber } = new X509Certificate(pem)
  const keyId = issuerKeyIn(raw)
  // A number whose first bit is set would be a negative one without a zero before it.
  const serial = Buffer.from(/^[89A-F]/i.test(serialNumber) ? `00${serialNumber}` : serialNumber, 'hex')
  return keyId && `${keyId.toString('base64url')}.${serial.toString('base64url')}`
}

/** The key identifier of the extension authorityKeyIdentifier (2.5.29.35). */
function issuerKeyIn(der: Buffer): Buffer | undefined {
  const at = der.indexOf(Buffer.of(0x06, 0x03, 0x55, 0x1d, 0x23))
  if (at === -1) return undefined
  // The octets of the extension, the sequence in them, and its first member with the tag [0].
  const [octets, , sequence, , tag, length = 0] = der.subarray(at + 5, at + 11)
  if (octets !== 0x04 || sequence !== 0x30 || tag !== 0x80) return undefined
  return der.subarray(at + 11, at + 11 + length)
}

/** `askAgainMs`: how long to wait before the next question, where the authority says so. */
export type Told = { window?: Window; askAgainMs?: number | undefined }

/** What the authority says of a certificate; without a window where it says nothing of it. */
export async function renewalWindow(directoryUrl: string, pem: string, signal: AbortSignal): Promise<Told> {
  const id = certificateId(pem)
  if (id === undefined) return {}
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
    const { renewalInfo } = (await (await fetch(directoryUrl, { signal: within })).json()) as { renewalInfo?: string }
    if (renewalInfo === undefined) return {}
    const answer = await fetch(`${renewalInfo}/${id}`, { signal: within })
    const askAgainMs = retryAfterMs(answer.headers.get('retry-after'), Date.now())
    const told = (await answer.json()) as {
      suggestedWindow?: { start: string; end: string }
    }
    const [startMs, endMs] = [
      Date.parse(told.suggestedWindow?.start ?? ''),
      Date.parse(told.suggestedWindow?.end ?? ''),
    ]
    return { askAgainMs, ...(endMs >= startMs && { window: { startMs, endMs } }) }
  } catch {
    // The authority is away: the certificate's own times say enough.
    return {}
  }
}
