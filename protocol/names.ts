// What names may look like: those of pods, remotes and hosts, and dotted paths. The only place that decides it.
import { P8aError } from './errors.ts'

/** The most characters a name may have. */
export const maxNameLength = 63

/** The name of the pod that keeps the queues of a host. */
export const queueName = 'queue'

/** What no pod is called: commands say it for every pod. */
const everyPod = 'all'

/** A name: starts with a letter, then letters, digits, `-` and `_`, lower case only, so that no file system merges two. */
const namePattern = /^[a-z](?:[a-z0-9_-]*[a-z0-9])?$/

/** Whether `name` may name a pod, a remote or a host. */
export function isName(name: string): boolean {
  return name.length <= maxNameLength && namePattern.test(name)
}

/**
 * Returns `name` if it may name a `what` ("pod", "remote", "host").
 * @throws {P8aError} `bad_name`
 */
export function checkName(name: string, what = 'pod'): string {
  if (isName(name) && !(what === 'pod' && name === everyPod)) return name
  const problem = whyNot(name)
  throw new P8aError('bad_name', `Cannot name a ${what} ${quote(name)}: ${problem}`, {
    hint: `A name has 1 to ${maxNameLength} characters: a lower-case letter, then lower-case letters, digits, "-" or "_"; it ends in a letter or digit`,
    facts: { name: name.slice(0, 100), problem },
  })
}

function whyNot(name: string): string {
  if (name === '') return 'it is empty'
  if (name === everyPod) return 'that word means every pod'
  if (name.length > maxNameLength) return `it is ${name.length} characters long`
  if (!/^[a-z]/.test(name)) return 'it does not start with a lower-case letter'
  if (/[-_]$/.test(name)) return `it ends in "${name.at(-1)}"`
  const wrong = /[^a-z0-9_-]/u.exec(name)?.[0]
  return `${quote(wrong ?? '')} is not allowed in it`
}

/** A name at a dotted path; at the root, whose path is empty, just the name. */
export function joinPath(path: string, name: string): string {
  if (path === '' || name === '') return path + name
  return `${path}.${name}`
}

/** The host and the pod or run that a name with a path means: `inner.second.web.7` is run `web.7` at `inner.second`. */
export function splitPath(full: string): { path: string; name: string } {
  const parts = full.split('.')
  const count = /^\d+$/.test(parts.at(-1) ?? '') ? 2 : 1
  return { path: parts.slice(0, -count).join('.'), name: parts.slice(-count).join('.') }
}

/** Whether `path` is `top` or within it. */
export function isWithin(top: string, path: string): boolean {
  return top === '' || path === top || path.startsWith(`${top}.`)
}

/** A value as messages quote it; a long one is cut. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
}

/** The id of a run: `web.7` is run 7 of pod `web`. */
export function runId(pod: string, number: number): string {
  return `${pod}.${number}`
}

/** The pod and number that a run's id names, or undefined if `id` is not the id of a run. */
export function parseRunId(id: string): { pod: string; number: number } | undefined {
  const match = /^([a-z0-9_-]+)\.([1-9][0-9]{0,14})$/.exec(id)
  if (!match?.[1] || !match[2] || !isName(match[1])) return undefined
  return { pod: match[1], number: Number(match[2]) }
}
