// Numbers in JSON that have more digits than a JavaScript number keeps, such as the ids of other languages and times in
// nanoseconds. Beside the id of a message they are texts here; an id is sent back as the number that it was.
import { randomBytes } from 'node:crypto'

/** The id of a message, a number that JavaScript cannot hold: its digits as they came. */
export class LongNumber {
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
  }

  toString(): string {
    return this.digits
  }

  toJSON(): object {
    return JSON.rawJSON(this.digits)
  }
}

declare global {
  interface JSON {
    /** As JSON.stringify prints it: this very text. */
    rawJSON(text: string): object
  }
}

/** Stands before the digits of a number while a message is parsed; no client can guess it. */
const mark = randomBytes(12).toString('hex')

/** What every text has that has such a number. */
const maybe = /\d{16}|\d[eE]/

/**
 * Parses a message, or a batch of them. A number that JavaScript would change is a text, and as an id a
 * {@link LongNumber}.
 * @throws {SyntaxError} if it is not JSON; {RangeError} if it is nested too deeply
 */
export function parseMessage(json: string): unknown {
  if (!maybe.test(json)) return JSON.parse(json)
  const marked = longNumbersAsTexts(json, changes, mark)
  if (marked === json) return JSON.parse(json)
  const message: unknown = JSON.parse(marked)
  return Array.isArray(message) ? message.map(messageOf) : messageOf(message)
}

/** Parses JSON as a person types it: an integer beyond 2^53 is a text, always. @throws {SyntaxError} */
export function parseTyped(json: string): unknown {
  return JSON.parse(maybe.test(json) ? longNumbersAsTexts(json, isLong) : json)
}

/** Whether a JavaScript number would print differently. What JavaScript printed itself stays a number. */
function changes(literal: string): boolean {
  return isLong(literal) && String(Number(literal)) !== literal
}

/** Whether a number is too large to be counted exactly. With an exponent it is meant to be about so large. */
function isLong(literal: string): boolean {
  const number = Number(literal)
  return /e/i.test(literal) ? !Number.isFinite(number) : Math.abs(number) > Number.MAX_SAFE_INTEGER
}

function messageOf(message: unknown): unknown {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return unmarked(message)
  const { id } = message as { id?: unknown }
  const isLongId = typeof id === 'string' && id.startsWith(mark)
  return { ...(unmarked(message) as object), ...(isLongId && { id: new LongNumber(id.slice(mark.length)) }) }
}

function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? value.slice(mark.length) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(unmarked)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unmarked(each)]))
}

const literal = /-?\d[\d.eE+-]*/y
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** JSON in which those numbers that `isMeant` finds are texts, with `before` before them. */
function longNumbersAsTexts(json: string, isMeant: (literal: string) => boolean, before = ''): string {
  const next = /["\d-]/g
  const parts: string[] = []
  let kept = 0
  for (let found = next.exec(json); found; found = next.exec(json)) {
    const { index } = found
    if (found[0] === '"') {
      next.lastIndex = endOfText(json, index)
      continue
    }
    literal.lastIndex = index
    const [number] = literal.exec(json) ?? ['-']
    next.lastIndex = index + number.length
    // What is no number is left, so that it is found not to be JSON.
    if (!jsonNumber.test(number) || !isMeant(number)) continue
    parts.push(json.slice(kept, index), `"${before}${number}"`)
    kept = next.lastIndex
  }
  return kept === 0 ? json : parts.join('') + json.slice(kept)
}

/** Behind the quote that ends the text which begins at `start`. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0
    while (json[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end + 1
  }
  return json.length
}
