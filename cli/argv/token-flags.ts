// The options that say what a new token may do, and for how long.
import { durationMs } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import { maxTokenLifeMs, type Role, roles } from '../../protocol/roles.ts'
import type { FlagLine } from './command.ts'
import type { Options } from './options.ts'

export const tokenFlags: readonly FlagLine[] = [
  ['--role <role>', 'read: look only; deploy: change pods too; admin: everything (default: deploy)'],
  ['--path <path>', 'Path of a host within the host: the token is for that one only'],
  ['--expires <time>', 'When it expires, such as 12h or 90d (default: never)'],
]

type Wanted = Omit<MethodInput<'host.token.add'>, 'name'>

/** @throws {P8aError} `usage` */
export function readTokenFlags(options: Options): Wanted {
  const path = options.text('path') ?? ''
  const expires = options.text('expires')
  return {
    role: readRole(options.text('role') ?? 'deploy'),
    path,
    ...(expires === undefined ? {} : { expiresInMs: readLife(expires) }),
  }
}

/** @throws {P8aError} `usage` */
export function readRole(text: string): Role {
  const role = roles.find(role => role === text)
  if (role) return role
  throw new P8aError('usage', `Cannot use --role ${JSON.stringify(text)}: there is no such role`, {
    hint: `There are: ${roles.join(', ')}`,
  })
}

function readLife(text: string): number {
  const ms = durationMs(text, maxTokenLifeMs)
  if (ms !== undefined && ms > 0) return ms
  throw new P8aError('usage', `Cannot use --expires ${JSON.stringify(text)}: it is not a time from now on`, {
    hint: 'Write it as 90d, 12h or 30m',
  })
}
