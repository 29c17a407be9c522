// How much one side of a channel may send before the other has taken it: so many values, and so many bytes.

export type Window = {
  /** How many values may be under way. */
  values: number
  /**
   * How many bytes may be. A value that is sent while any are left is sent whole, so that one may be larger than this; the
   * next then waits until what is too much was taken.
   */
  bytes: number
}

export const usualWindow: Window = { values: 16, bytes: 1024 * 1024 }

/** For many small values, such as lines of a log. */
export const wideWindow: Window = { values: 256, bytes: 1024 * 1024 }

/** Nothing is granted yet. */
export const noWindow: Window = { values: 0, bytes: 0 }

/** What is no more than this costs nothing of the bytes: the count of values bounds it well enough. */
const freeBytes = 1024

/** What a value costs of the bytes: the length of its JSON. Characters are counted, since to count bytes is to read it all. */
export function costOf(json: string): number {
  return json.length <= freeBytes ? 0 : json.length
}

/** The window that a message names as `[values, bytes]`; undefined where it names none. */
export function readWindow(member: unknown): Window | undefined {
  if (!Array.isArray(member)) return undefined
  const [values, bytes]: unknown[] = member
  return isAmount(values) && values > 0 && isAmount(bytes) && bytes > 0 ? { values, bytes } : undefined
}

/** Whether something is a number that can be counted with: what is none would let the other side send without end. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}
