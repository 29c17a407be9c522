// The longest line, or body, that a client may send. Only what changes something needs a long one.
import type { Role } from '../../protocol/roles.ts'
import type { Settings } from '../../protocol/settings.ts'

/** @param role of the client; undefined if it is not authorized yet */
export function longestLine(
  { maxLineBytes, maxReadLineBytes, maxUnauthorizedLineBytes }: Settings,
  role: Role | undefined,
): number {
  if (role === undefined) return maxUnauthorizedLineBytes
  return role === 'read' ? Math.min(maxReadLineBytes, maxLineBytes) : maxLineBytes
}
