// The answer to whoever is not known.
import { P8aError } from '../../../protocol/errors.ts'

/** Why one who sends no token is refused. */
export const noToken = 'No token was given'

/** For one who is not known. */
export function unauthorized(why: string): P8aError {
  return new P8aError('unauthorized', `Not authorized: ${why}`, {
    hint: [
      { text: 'Print a token on the machine of the host', do: { verb: 'host token' } },
      { text: 'send it as member "token" of a request, by host.auth, or as "Authorization: Bearer TOKEN"' },
    ],
  })
}
