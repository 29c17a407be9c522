// Hides what looks like a secret from those who may only look: in params, variables and arguments of pods and runs.
import type { Role } from '../../../protocol/roles.ts'
import { argsWithoutSecrets, withoutSecrets } from '../../../protocol/secret.ts'

/** An answer, or a value of a stream, as somebody with this role may see it. */
export function maskedFor<T>(role: Role | undefined, value: T): T {
  return role === 'read' ? (masked(value) as T) : value
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskedMember(key, member)]))
}

function maskedMember(key: string, member: unknown): unknown {
  const isRecord = typeof member === 'object' && member !== null && !Array.isArray(member)
  if ((key === 'params' || key === 'env') && isRecord) return withoutSecrets(member as Record<string, unknown>)
  if (key === 'args' && Array.isArray(member)) return argsWithoutSecrets(member)
  return masked(member)
}
