// Groups: a name that means several pods, each with its share of what comes. Who is in which group is for others to say.
import * as v from 'valibot'
import { keyedSchema } from './keyed.ts'
import { type Route, routeSchema } from './route-schema.ts'

const maxMembers = 64
const maxWeight = 1_000_000

const weight = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must be 0 or more'),
  v.maxValue(maxWeight, `must be ${maxWeight} or less`),
)

/** Shares by the names of pods. None at all: there is to be no such group. */
export const membersSchema = v.pipe(
  keyedSchema(weight),
  v.check(members => Object.keys(members).length <= maxMembers, `must be ${maxMembers} pods or fewer`),
)

/** What sends a client to the same member again. */
export const stickySchema = v.pipe(
  v.string(),
  v.regex(/^(cookie|address|header:[\w!#$%&'*+.^`|~-]{1,100})$/, 'must be cookie, address or header:NAME'),
)

/** What is kept of a group. */
export const groupSchema = v.strictObject({
  members: membersSchema,
  sticky: v.optional(stickySchema),
  route: v.optional(routeSchema),
})
export type Group = v.InferOutput<typeof groupSchema>

/** That a pod is a member of a group, as its status tells it. */
export type Membership = { name: string; weight: number; sticky?: string | undefined; route?: Route[] | undefined }
