// The schema of an object with any keys. Pods and hosts may be called `constructor`, which valibot's own record drops. The host has one such for
// itself, which is nothing that pods are offered.
import * as v from 'valibot'

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

export function keyedSchema<Input, Output>(schema: v.GenericSchema<Input, Output>) {
  return v.pipe(
    v.custom<Record<string, Input>>(isObject, 'must be an object'),
    v.rawTransform(({ dataset, addIssue }): Record<string, Output> => {
      const read = Object.entries(dataset.value).map(([key, value]) => {
        const one = v.safeParse(schema, value)
        for (const { message } of one.issues ?? []) addIssue({ message: `${key}: ${message}` })
        return [key, one.output as Output] as const
      })
      return Object.fromEntries(read)
    }),
  )
}
