// The options that say what a new token may do, and for how long.
import { durationMs } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import { checkName, quote } from '../../protocol/names.ts'
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
  const expiresInMs = options.read('expires', readLife)
  return {
    role: options.read('role', readRole) ?? 'deploy',
    path: options.read('path', readPath) ?? '',
    ...(expiresInMs !== undefined && { expiresInMs }),
  }
}

/** @throws {P8aError} `usage` */
export function readRole(text: string): Role {
  const role = roles.find(role => role === text)
  if (role) return role
  throw new P8aError('usage', `Cannot take ${quote(text)} for a role`, {
    hint: `There are: ${roles.join(', ')}`,
    facts: { problem: 'there is no such role' },
  })
}

/** The dotted path of a host within another one; none is that host itself. @throws {P8aError} `bad_name`, `usage` */
export function readPath(path: string): string {
  if (path === '') return ''
  const most = 1024
  if (path.length > most) {
    const problem = `it is longer than ${most} characters`
    throw new P8aError('usage', `Cannot take ${quote(path)} for a path: ${problem}`, { facts: { problem } })
  }
  for (const part of path.split('.')) checkName(part, 'host')
  return path
}

function readLife(text: string): number {
  const ms = durationMs(text, maxTokenLifeMs)
  if (ms !== undefined && ms > 0) return ms
  throw new P8aError('usage', `Cannot take ${quote(text)} for a time`, {
    hint: 'Write it as 90d, 12h or 30m',
    facts: { problem: 'it is not a time from now on' },
  })
}
