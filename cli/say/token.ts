// What a token is, in words.
import type { TokenInfo } from '../../protocol/words-host.ts'

/** `ci may deploy at inner until 2026-11-20T10:00:00.000Z`. */
export function tokenText({ name, role, path, expiresAt }: TokenInfo): string {
  const may = { read: 'may look', deploy: 'may look and deploy', admin: 'may do everything' }[role]
  const where = path === '' ? '' : ` at ${path}`
  return `${name} ${may}${where}${expiresAt === undefined ? '' : ` until ${expiresAt}`}`
}
