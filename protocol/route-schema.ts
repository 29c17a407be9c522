// What a policy may say of the names and paths at which a gateway reaches a pod. Who has them is for others to say.
import * as v from 'valibot'
import { isObject } from './texts.ts'

const hint =
  'is not a route: write a host name such as "app.example.com", "*.dev.example.com" or "*", with a path such as "example.com/api" if you like'

const labelPattern = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/

/** A route as it is kept: the host in lower case and as DNS has it, a path without a slash at its end; undefined if it is none. */
export function readRoute(text: string): string | undefined {
  const [, wildcard = '', name = '', path = ''] = /^(\*\.)?([^/]*)(\/.*)?$/.exec(text.trim()) ?? []
  const isAny = name === '*' || (name === '' && wildcard === '' && path !== '')
  const host = isAny ? '*' : wildcard + asDns(name.replace(/\.$/, ''))
  if (!isAny && !isHost(host.slice(wildcard.length))) return undefined
  if (/[?#%\s\\]|\/\.{0,2}(?=\/)|\/\.\.?$/.test(path)) return undefined
  return host + path.replace(/\/$/, '')
}

/** A name with letters of any language as DNS has it. */
function asDns(name: string): string {
  if (/[/?#@:\\\s%]/.test(name)) return ''
  return URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : ''
}

function isHost(name: string): boolean {
  return name.length <= 253 && name.split('.').every(label => labelPattern.test(label))
}

const atSchema = v.pipe(
  v.string(hint),
  v.check(text => readRoute(text) !== undefined, hint),
  v.transform(text => readRoute(text) ?? text),
)

const routeEntries = {
  at: atSchema,
  /** The pod gets paths without that of the route. */
  strip: v.optional(v.boolean('is neither true nor false')),
  /** What the pod speaks: HTTP/1.1, or HTTP/2 without TLS, as gRPC does. */
  http: v.optional(v.picklist(['h1', 'h2c'], 'is neither "h1" nor "h2c"')),
}
export type RouteInput = v.InferInput<v.StrictObjectSchema<typeof routeEntries, undefined>>
export type Route = v.InferOutput<v.StrictObjectSchema<typeof routeEntries, undefined>>

const oneSchema = v.pipe(
  v.custom<string | RouteInput>(value => typeof value === 'string' || isObject(value), hint),
  v.transform(value => (typeof value === 'string' ? { at: value } : value)),
  v.strictObject(routeEntries, hint),
)

/** One route or several; becomes a list. */
export const routeSchema = v.pipe(
  v.custom<string | RouteInput | readonly (string | RouteInput)[]>(
    value => typeof value === 'string' || isObject(value) || Array.isArray(value),
    hint,
  ),
  v.transform(value => (Array.isArray(value) ? value : [value])),
  v.array(oneSchema, hint),
  v.check(routes => new Set(routes.map(({ at }) => at)).size === routes.length, 'names one route twice'),
)
