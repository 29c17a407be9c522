// What a policy may say of the names and paths at which a gateway reaches a pod.
import * as v from 'valibot'
import { readRoute } from './route.ts'
import { isObject } from './texts.ts'

const hint =
  'is not a route: write a host name such as "app.example.com", "*.dev.example.com" or "*", with a path such as "example.com/api" if you like'

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
