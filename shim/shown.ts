// Values of a pod's code within texts of ours. They may be anything; showing them never throws.
import { inspect } from 'node:util'
import { describeThrown } from '../protocol/thrown.ts'

/** What a message quotes: a text in quotes, anything else as `util.inspect` shows it, in one line of at most 200 characters. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : inLine(value).slice(0, 200)
}

/** What is said in the place of a text: it becomes one as JavaScript makes it, but an object without a text of its own is inspected. */
export function said(value: unknown): string {
  const text = ownText(value)
  return text === undefined || text.includes('[object ') ? inLine(value) : text
}

function ownText(value: unknown): string | undefined {
  try {
    return String(value)
  } catch {
    // Null-prototype objects have no text, and proxies may refuse to give one.
    return undefined
  }
}

function inLine(value: unknown): string {
  return describeThrown(value, one => inspect(one, { breakLength: Number.POSITIVE_INFINITY }))
}
