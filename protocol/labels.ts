// Labels: what people write about a pod for other programs, such as a gateway that looks for `route`. p8a itself gives
// no label of a pod's author a meaning; those that begin with `p8a/` are its own.
import * as v from 'valibot'
import { textsSchema } from './texts.ts'

/** Where the label says to which project of `pod up` a pod belongs. */
export const projectLabel = 'p8a/project'
/** What `pod up` started a pod with, as one text. */
export const upLabel = 'p8a/up'

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

/** Whether a label says whose a pod is, and so stays when the pod is started with others. */
export function isOwn(name: string): boolean {
  return name === projectLabel
}

/** A config with the labels of the config before it that say whose the pod is. */
export function ownedAs<Config extends { labels?: Labels | undefined }>(
  before: { labels?: Labels | undefined },
  config: Config,
): Config {
  const own = Object.entries(before.labels ?? {}).filter(([name]) => isOwn(name))
  return own.length === 0 ? config : { ...config, labels: { ...Object.fromEntries(own), ...config.labels } }
}
