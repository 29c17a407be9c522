// The answer to an unknown client.
import { P8aError } from '../../../protocol/errors.ts'

/** Why a client without a token is refused. */
export const noToken = 'No token was given'

/** The error for an unknown client. */
export function unauthorized(why: string): P8aError {
  return new P8aError('unauthorized', `Not authorized: ${why}`, {
    hint: [
      { text: 'Print a token on the machine of the host', do: { verb: 'host token' } },
      { text: 'send it as member "token" of a request, by host.auth, or as "Authorization: Bearer TOKEN"' },
    ],
  })
}
