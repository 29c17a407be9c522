// Labels: what people write about a pod for other programs, such as a gateway that looks for `route`. p8a itself gives
// no label a meaning.
import * as v from 'valibot'
import { textsSchema } from './texts.ts'

/** Labels by name. */
export type Labels = Record<string, string>

/** How many labels a pod may have, how long a name may be, and how long a value. */
export const maxLabels = 64
export const maxLabelNameLength = 63
export const maxLabelLength = 4096

const namePattern = /^[A-Za-z][A-Za-z0-9._/-]*$/

export const labelsSchema = v.pipe(
  textsSchema({
    text: 'is not a text',
    value: value => (value.length > maxLabelLength ? `is longer than ${maxLabelLength} characters` : undefined),
    key: key => (key.length <= maxLabelNameLength && namePattern.test(key) ? undefined : 'is not a name for a label'),
  }),
  v.check(labels => Object.keys(labels).length <= maxLabels, `has more than ${maxLabels} labels`),
)
