// Shapes of JSON values, and what does not fit one. A shape is a JSON Schema, of which it uses what results need. It is
// plain data: a client checks every answer, also in a command that lives for some milliseconds, and to load a package and
// make its schemas took more of them than to ask the host.

type Type = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null'

/** https://json-schema.org; members that `properties` does not name are allowed. */
export type Shape = {
  readonly type?: Type | readonly Type[]
  readonly enum?: readonly string[]
  readonly const?: string | true
  readonly items?: Shape
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Shape
  /** Objects that are told apart by their member `type`. */
  readonly oneOf?: readonly Shape[]
  readonly description?: string
}

const typeNames: Readonly<Record<Type, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
}

/** What is wrong with something that should have a shape, such as `pods.0.name must be a text`; undefined if it fits. */
export function misfit(shape: Shape, value: unknown): string | undefined {
  const found = findMisfit(shape, value)
  return found && [found.path.join('.'), found.why].filter(text => text !== '').join(' ')
}

/** The way to the member that does not fit, and why it does not. */
type Misfit = { path: string[]; why: string }

function findMisfit(shape: Shape, value: unknown): Misfit | undefined {
  const { type, items, properties, required, additionalProperties, oneOf } = shape
  if (oneOf) {
    const meant = oneOf.find(({ properties }) => properties?.type && fits(properties.type, memberOf(value, 'type')))
    return meant ? findMisfit(meant, value) : misfitOf('must be of a known type')
  }
  if (!fits(shape, value)) return misfitOf(`must be ${wanted(shape)}`)
  if (type === 'array')
    return items && firstMisfit((value as unknown[]).keys(), key => [items, (value as unknown[])[key]])
  if (type !== 'object') return undefined
  const missing = required?.find(key => memberOf(value, key) === undefined)
  if (missing !== undefined) return { path: [missing], why: 'is missing' }
  return firstMisfit(Object.keys(value as object), key => {
    const inner = properties && Object.hasOwn(properties, key) ? properties[key] : additionalProperties
    return inner && [inner, memberOf(value, key)]
  })
}

/** The first member that does not fit; `memberAt` says what it should be and what it is. */
function firstMisfit<Key extends string | number>(
  keys: Iterable<Key>,
  memberAt: (key: Key) => readonly [Shape, unknown] | undefined,
): Misfit | undefined {
  for (const key of keys) {
    const member = memberAt(key)
    const found = member && member[1] !== undefined ? findMisfit(...member) : undefined
    if (found) return { path: [String(key), ...found.path], why: found.why }
  }
  return undefined
}

function misfitOf(why: string): Misfit {
  return { path: [], why }
}

/** Whether a value is what a shape asks for, its members left out. */
function fits(shape: Shape, value: unknown): boolean {
  if (shape.const !== undefined) return value === shape.const
  if (shape.enum) return typeof value === 'string' && shape.enum.includes(value)
  if (typeof shape.type === 'string') return isOf(shape.type, value)
  return typesOf(shape).length === 0 || typesOf(shape).some(type => isOf(type, value))
}

function isOf(type: Type, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'null') return value === null
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function typesOf({ type = [] }: Shape): readonly Type[] {
  return typeof type === 'string' ? [type] : type
}

function wanted(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const)
  if (shape.enum) return shape.enum.join(', ').replace(/, ([^,]*)$/, ' or $1')
  return typesOf(shape)
    .map(type => typeNames[type])
    .join(' or ')
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? value[key as never] : undefined
}
