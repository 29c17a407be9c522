// The schema of an object with any keys: the members of a group by their names, and the like.
import * as v from 'valibot'
import { isObject } from './texts.ts'

/**
 * An object with any keys, whose values are each by `schema`. (valibot's own record drops keys such as `constructor`, which are fine
 * names of pods.)
 */
export function keyedSchema<Input, Output>(schema: v.GenericSchema<Input, Output>) {
  return v.pipe(
    v.custom<Record<string, Input>>(isObject, 'must be an object'),
    v.rawTransform(({ dataset, addIssue }): Record<string, Output> => {
      const read = Object.entries(dataset.value).map(([key, value]) => {
        const one = v.safeParse(schema, value)
        const here = { type: 'object', origin: 'value', input: dataset.value, key, value } as const
        for (const { message, path = [] } of one.issues ?? []) addIssue({ message, path: [here, ...path] })
        return [key, one.output as Output] as const
      })
      return Object.fromEntries(read)
    }),
  )
}
