// The schema of an object of texts, with any keys: params, environment variables, labels.
import * as v from 'valibot'

/** To valibot a list is an object too; to people it is not. */
export const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * An object of texts, with any keys. (valibot's own record drops keys such as `constructor`.)
 * @param options.value what is wrong with a text, or undefined
 * @param options.all what is wrong with all of them together, or undefined
 * @param options.key what is wrong with a key, or undefined
 */
export const textsSchema = (options: {
  text: string
  value?: (value: string, key: string) => string | undefined
  key?: (key: string) => string | undefined
  all?: (texts: Record<string, string>) => string | undefined
}) =>
  v.pipe(
    v.custom<Record<string, string>>(isObject, 'must be an object of texts'),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      for (const [key, value] of Object.entries<unknown>(dataset.value)) {
        const message = options.key?.(key) ?? (typeof value === 'string' ? options.value?.(value, key) : options.text)
        const path = [{ type: 'object', origin: 'value', input: dataset.value, key, value } as const] as const
        if (message !== undefined) addIssue({ message, path: [...path] })
      }
      const message = dataset.issues ? undefined : options.all?.(dataset.value)
      if (message !== undefined) addIssue({ message })
    }),
  )
