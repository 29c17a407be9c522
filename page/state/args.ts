// Arguments as somebody types them. Pure.

/** A JSON list; nothing is an empty one. @returns undefined if it is none */
export function argsOf(text: string): unknown[] | undefined {
  if (text.trim() === '') return []
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
