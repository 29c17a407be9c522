// What can be told of a value that somebody's code threw. It may be anything: a proxy that refuses to be looked at, an
// error whose name is a symbol, null. Looking at it never throws.

export type Thrown = {
  isError: boolean
  name: string
  message: string
  stack: string | undefined
  /** Its `code`, if that is a text or a number. */
  code: string | number | undefined
}

export function lookAt(value: unknown): Thrown {
  const isError = tried(() => value instanceof Error) ?? false
  const text = (key: string) => {
    const found = memberOf(value, key)
    return typeof found === 'string' ? found : undefined
  }
  const code = memberOf(value, 'code')
  return {
    isError,
    name: text('name') ?? 'Error',
    message: text('message') ?? '',
    stack: text('stack'),
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
  }
}

/** A member of the value; undefined if it has none, or throws. */
export function memberOf(value: unknown, key: string): unknown {
  return tried(() => (value as Record<string, unknown>)[key])
}

/** The value in one line or more, by `inspect` if that can. */
export function describeThrown(value: unknown, inspect: (value: unknown) => string): string {
  const text = tried(() => inspect(value))
  const { isError, name, message, stack } = lookAt(value)
  // Node shows no more than "[object Error]" of an error whose stack cannot be read.
  if (text !== undefined && (!isError || text.includes(message))) return text
  return isError ? (stack ?? `${name}: ${message}`) : 'a value that cannot be shown'
}

/** What `look` returns; undefined if it throws: then the value does not want to be looked at. */
function tried<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
