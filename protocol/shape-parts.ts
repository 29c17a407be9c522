// What shapes are put together of.
import type { Shape } from './shape.ts'

/** A member that may be left out. */
export type Optional = { readonly optional: Shape }

/** The members of an object, by name. */
export type Members = Readonly<Record<string, Shape | Optional>>

export const text = { type: 'string' } as const
export const number = { type: 'number' } as const
export const whole = { type: 'integer' } as const
export const flag = { type: 'boolean' } as const
export const time = { type: 'string', description: 'RFC 3339' } as const
export const anything: Shape = {}
export const texts: Shape = { type: 'object', additionalProperties: text }
export const yes: Shape = { const: true }

/** A shape that is made when it is first asked for: a command asks for one or two of them. */
export function late(make: () => Shape): () => Shape {
  let made: Shape | undefined
  return () => {
    made ??= make()
    return made
  }
}

export function optional(shape: Shape): Optional {
  return { optional: shape }
}

export function word(...among: readonly string[]): Shape {
  return { enum: among }
}

export function list(items: Shape): Shape {
  return { type: 'array', items }
}

export function members(entries: Members): Shape {
  const properties: Record<string, Shape> = {}
  const required: string[] = []
  for (const [key, entry] of Object.entries(entries)) {
    if ('optional' in entry) properties[key] = entry.optional
    else {
      properties[key] = entry
      required.push(key)
    }
  }
  return { type: 'object', properties, required }
}
