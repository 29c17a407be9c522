// A value of a pod's policy in words for people: `200 MB` for an amount, `a, b` for a list. Durations are milliseconds, as they are kept.
import { size } from './amounts.ts'

/** Keys of `limits` whose numbers are bytes. */
const bytes: readonly string[] = ['memory', 'memoryMax']

export function policyValue(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(policyValue).join(', ')
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return Object.entries(value).map(partText).join(' ')
}

function partText([key, value]: [string, unknown]): string {
  return `${key} ${typeof value === 'number' && bytes.includes(key) ? size(value) : policyValue(value)}`
}
