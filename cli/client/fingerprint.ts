// Fingerprints of certificates: how people write them, and the error for one that is not the pinned one.
import { P8aError } from '../../protocol/errors.ts'

/**
 * Reads a SHA-256 fingerprint, with colons or without, in either case.
 * @returns `AB:CD:…`
 * @throws {P8aError} `usage`
 */
export function readFingerprintText(text: string): string {
  const digits = text
    .trim()
    .replace(/^sha256[:=]/i, '')
    .replaceAll(':', '')
  if (/^[0-9a-f]{64}$/i.test(digits)) return (digits.toUpperCase().match(/../g) ?? []).join(':')
  throw new P8aError(
    'usage',
    `Cannot read the fingerprint ${JSON.stringify(text.slice(0, 120))}: it is not a SHA-256`,
    {
      hint: [
        { text: 'It has 64 hexadecimal digits' },
        { text: 'to see it, type on the machine of the host', do: { verb: 'host status' } },
      ],
      facts: { problem: 'it is not a SHA-256' },
    },
  )
}

export function sameFingerprint(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll(':', '').toUpperCase()
  return plain(one) === plain(other)
}

/** The refusal of a host that shows another certificate than the pinned one. */
export function certificateChanged(address: string, { pinned, found }: { pinned: string; found: string }): P8aError {
  return new P8aError(
    'certificate_changed',
    `Cannot trust the host at ${address}: its certificate is not the one that was pinned. Somebody may be between you and it. Nothing was sent`,
    {
      hint: [
        { text: `Pinned is ${pinned}, the host shows ${found}` },
        { text: 'ask the people who run the host for the right one, which they see by', do: { verb: 'host status' } },
        { text: 'only if that is the new one', do: { verb: 'remote pin', args: [found] } },
      ],
      facts: { address, pinned, found },
    },
  )
}
