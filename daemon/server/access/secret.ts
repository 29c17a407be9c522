// Makes the secret of a token.
import { randomBytes } from 'node:crypto'

/** 256 random bits as text. None begins with a dash, so that on a command line none is taken for an option. */
export function newSecret(random: (size: number) => Buffer = randomBytes): string {
  for (;;) {
    const secret = random(32).toString('base64url')
    if (!secret.startsWith('-')) return secret
  }
}
