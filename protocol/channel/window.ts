// How much one side of a channel may send before the other side has taken it: a number of values, and a number of
// bytes.

export type Window = {
  /** How many values may be under way. */
  values: number
  /**
   * How many bytes may be under way. While any are left, a value is sent whole, even if it is larger; the next value
   * then waits until the excess was taken.
   */
  bytes: number
}

export const usualWindow: Window = { values: 16, bytes: 1024 * 1024 }

/** For many small values, such as lines of a log. */
export const wideWindow: Window = { values: 256, bytes: 1024 * 1024 }

/** Of who says nothing of windows: what the connection takes bounds it. */
export const endlessWindow: Window = { values: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

/** Nothing is granted yet. */
export const noWindow: Window = { values: 0, bytes: 0 }

/** A value up to this size costs no bytes: the count of values limits it well enough. */
const freeBytes = 1024

/**
 * How many bytes a value costs: the length of its JSON. It counts characters, since counting bytes means reading all of
 * it.
 */
export function costOf(json: string): number {
  return json.length <= freeBytes ? 0 : json.length
}

/** The window that a message has as `[values, bytes]`; undefined if it has none. */
export function readWindow(member: unknown): Window | undefined {
  if (!Array.isArray(member)) return undefined
  const [values, bytes]: unknown[] = member
  return isAmount(values) && values > 0 && isAmount(bytes) && bytes > 0 ? { values, bytes } : undefined
}

/** Whether something is a usable number: anything else would let the other side send without limit. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}
