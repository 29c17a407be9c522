// Hides what looks like a secret from those who may only look: in params, variables, arguments and command lines of pods and runs, and
// in what the host says of them. What a program says is its own.
import type { Role } from '../../../protocol/roles.ts'
import { argsWithoutSecrets, lineWithoutSecrets, withoutPassword, withoutSecrets } from '../../../protocol/secret.ts'

/** An answer, or a value of a stream, as somebody with this role may see it. */
export function maskedFor<T>(role: Role | undefined, value: T): T {
  return role === 'read' ? (masked(value) as T) : value
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return withoutPassword(value)
  if (isOfProgram(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskedMember(key, member)]))
}

function maskedMember(key: string, member: unknown): unknown {
  const isRecord = typeof member === 'object' && member !== null && !Array.isArray(member)
  if ((key === 'params' || key === 'env') && isRecord) return withoutSecrets(member as Record<string, unknown>)
  if (key === 'args' && Array.isArray(member)) return argsWithoutSecrets(member)
  if (key === 'command' && typeof member === 'string') return lineWithoutSecrets(member)
  return masked(member)
}

/** A line of a log that the pod has written itself. */
function isOfProgram(value: { source?: unknown }): boolean {
  return value.source === 'stdout' || value.source === 'stderr'
}
