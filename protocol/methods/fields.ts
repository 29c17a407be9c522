// Parameters that many methods have.
import * as v from 'valibot'
import { textsSchema } from '../texts.ts'

export const path = v.optional(v.pipe(v.string(), v.maxLength(1024), v.description('dotted path of a nested host')), '')

export const hops = v.optional(
  v.pipe(v.number(), v.integer(), v.minValue(0), v.description('how many hosts passed it on before this one')),
  0,
)

export const name = v.pipe(v.string(), v.maxLength(1024), v.description('name of a pod'))

export const wait = v.optional(
  v.pipe(v.boolean(), v.description('answer when it is done, not when it is decided')),
  true,
)

export const params = textsSchema({ text: 'must be a text: params are always strings' })

export const pod = { path, hops, name }

export const wholeNumber = (least = 0) => {
  const message = `must be a whole number from ${least} up`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message))
}

export const version = v.optional(
  v.pipe(wholeNumber(1), v.description('the version to run in the place of the newest')),
)

export const request = v.pipe(
  v.union([v.string(), v.number()]),
  v.description('id of a request of this connection that is under way'),
)
