// Fingerprints of certificates: how people write them, and what is said where one is not the one that was pinned.
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
  throw new P8aError('usage', `Cannot read the fingerprint ${JSON.stringify(text.slice(0, 120))}: it is no SHA-256`, {
    hint: 'It has 64 hexadecimal digits; `pod host status` on the machine of the host shows it',
  })
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
      hint: `Pinned was ${pinned}, now there is ${found}. Ask whoever runs the host: \`pod host status\` there shows the right one. Only if that is the new one: pod remote pin REMOTE ${found}`,
      facts: { address, pinned, found },
    },
  )
}
