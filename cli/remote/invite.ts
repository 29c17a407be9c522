// An invitation: one string with everything that is needed to reach a host. `pod host invite` prints it, `pod remote
// add` takes it.
import { P8aError } from '../../protocol/errors.ts'

export type Invite = { address: string; fingerprint?: string; token: string; path?: string }

const mark = 'p8a_'

export function isInvite(text: string): boolean {
  return text.startsWith(mark)
}

export function formatInvite({ address, fingerprint, token, path }: Invite): string {
  const told = { a: address, f: fingerprint, t: token, p: path }
  return mark + Buffer.from(JSON.stringify(told)).toString('base64url')
}

/** @throws {P8aError} `bad_address`, which does not show what was given: it holds a secret */
export function parseInvite(text: string): Invite {
  try {
    const { a, f, t, p } = JSON.parse(Buffer.from(text.slice(mark.length), 'base64url').toString('utf8')) as {
      [key: string]: unknown
    }
    if (isText(a) && isText(t) && (f === undefined || isText(f)) && (p === undefined || isText(p))) {
      return {
        address: a,
        token: t,
        ...(f === undefined ? {} : { fingerprint: f }),
        ...(p === undefined ? {} : { path: p }),
      }
    }
  } catch {
    // The error below says it: a part may be missing.
  }
  throw new P8aError('bad_address', 'Cannot read the invitation: a part of it is missing', {
    hint: { text: 'Copy everything that this printed', do: { verb: 'host invite' } },
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
