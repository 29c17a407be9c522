// What a manifest says: the pods of a project, what is pushed of each, and how it is started. It is taken whole or not at
// all. It asks no host.
import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import * as v from 'valibot'
import { checkEntries, configSchema, type PodConfigInput } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { keyHint } from '../../protocol/key-hint.ts'
import { checkName, isName } from '../../protocol/names.ts'
import { isObject } from '../../protocol/texts.ts'
import { readEnvFile } from '../argv/env-file.ts'
import { environment } from '../environment.ts'
import { cycleIn } from './order.ts'
import { mayListen } from './own-listen.ts'
import { type Checked, policyProblems } from './policy-problems.ts'
import { projectOf } from './project-name.ts'
import { type Path, parseSource, type Source } from './source.ts'

/** What is pushed of a pod. */
export type PushOf = {
  /** Absolute, or `p8a:NAME`. */
  path: string
  entry?: string | undefined
  args?: string[] | undefined
  command?: string | undefined
  build?: string | undefined
  noBuild?: boolean | undefined
  asIs?: boolean | undefined
  link?: boolean | undefined
  service?: boolean | undefined
  /** What the runs of a folder may write in. */
  writable?: string[] | undefined
}

export type ProjectPod = {
  name: string
  push: PushOf
  params: Record<string, string>
  config: PodConfigInput
  /** Whether `pod up` starts it. */
  starts: boolean
  /** Where the manifest says what it needs: file, line and column. */
  needsAt?: string
}

export type Project = {
  /** What its pods are labelled with. */
  id: string
  pods: ProjectPod[]
}

type Problem = { at: string; text: string; hint?: string | undefined }

/** What the values of a pod in a manifest may be; the rest are those of `config`. */
const pushSchema = v.object({
  push: v.optional(v.pipe(v.string('is not a text'), v.nonEmpty('is empty'))),
  entry: v.optional(v.string('is not a text')),
  args: v.optional(v.array(v.string('is not a text'), 'is not a list of texts')),
  command: v.optional(v.pipe(v.string('is not a text'), v.nonEmpty('is empty'))),
  build: v.optional(v.union([v.literal(false), v.string()], 'is neither a command line nor false')),
  asIs: v.optional(v.boolean('is neither true nor false')),
  link: v.optional(v.boolean('is neither true nor false')),
  service: v.optional(v.boolean('is neither true nor false')),
  envFile: v.optional(v.union([v.string(), v.array(v.string())], 'is neither the path of a file nor a list of them')),
  params: v.optional(v.custom<Record<string, string>>(isTexts, 'is not an object of texts'), {}),
  start: v.optional(v.boolean('is neither true nor false'), true),
})

type PushGiven = Omit<v.InferOutput<typeof pushSchema>, 'envFile' | 'params' | 'start'>

const pushKeys = Object.keys(pushSchema.entries)
/** What both have, such as `envFile`, is read here. */
const configKeys = Object.keys(configSchema.entries).filter(key => !pushKeys.includes(key))
/** Every key that a pod of a manifest may have. */
export const podKeys: readonly string[] = [...pushKeys, ...configKeys]

/**
 * @param file absolute @param shown how messages name it
 * @throws {P8aError} `bad_config` with the place of everything that is wrong; `file_not_found`
 */
export async function readManifest(text: string, { file, shown }: { file: string; shown: string }): Promise<Project> {
  const source = parseSource(text, { file: shown, texts: ['env', 'params', 'labels'] })
  const folder = dirname(file)
  const problems: Problem[] = []
  const add = (path: Path, text: string, hint?: string) => void problems.push({ at: source.at(path), text, hint })
  const top = isObject(source.value) ? (source.value as Record<string, unknown>) : undefined
  if (!top)
    throw refused(shown, [
      { at: source.at([]), text: 'is no list of pods', hint: 'Write pods: { NAME: { push: FOLDER } }' },
    ])
  for (const key of Object.keys(top)) {
    if (!['project', 'pods'].includes(key) && !key.startsWith('x-'))
      add([key], `"${key}" is unknown`, keyHint(key, ['project', 'pods']))
  }
  const { project, pods } = top
  if (project !== undefined && !(typeof project === 'string' && isName(project)))
    add(['project'], '"project" is not a name: write a lower-case letter, then letters, digits, "-" or "_"')
  if (!isObject(pods)) add(['pods'], '"pods" is not an object of pods', 'Write pods: { NAME: { push: FOLDER } }')
  const found: ProjectPod[] = []
  const policies: Checked[] = []
  for (const [name, value] of Object.entries(isObject(pods) ? (pods as object) : {})) {
    const pod = await readPod(name, value, { source, folder, add, policies })
    if (pod) found.push(pod)
  }
  const cycle = cycleIn(found.map(({ name, config }) => ({ name, needs: config.needs ?? [] })))
  if (cycle) add(['pods', cycle[0] ?? '', 'needs'], `these pods need each other: ${cycle.join(' → ')}`)
  for (const { name, path, text, hint } of policyProblems(policies)) add(['pods', name, ...path], text, hint)
  if (problems.length > 0) throw refused(shown, problems)
  return { id: projectOf(file, typeof project === 'string' ? project : undefined), pods: found }
}

type Reading = {
  source: Source
  folder: string
  add: (path: Path, text: string, hint?: string) => void
  policies: Checked[]
}

async function readPod(
  name: string,
  value: unknown,
  { source, folder, add, policies }: Reading,
): Promise<ProjectPod | undefined> {
  const at = ['pods', name]
  const whyNot = nameProblem(name)
  if (whyNot) add(at, whyNot.message, whyNot.hint)
  const given = typeof value === 'string' ? { push: value } : value
  if (!isObject(given)) {
    add(at, `"${name}" is not a pod`, 'Write NAME: FOLDER, or NAME: { push: FOLDER }')
    return undefined
  }
  const members = given as Record<string, unknown>
  for (const key of Object.keys(members)) {
    if (!podKeys.includes(key) && !key.startsWith('x-')) add([...at, key], `"${key}" is unknown`, keyHint(key, podKeys))
  }
  const read = v.safeParse(pushSchema, members)
  const env = ownEnv(members.env, (key, text) => add([...at, 'env', key], text))
  const policy = Object.fromEntries(Object.entries(members).filter(([key]) => configKeys.includes(key)))
  const checked = v.safeParse(configSchema, { ...policy, ...(env && { env }) })
  for (const issue of [...(read.issues ?? []), ...(checked.issues ?? [])]) {
    const keys = (issue.path ?? []).map(({ key }) => String(key))
    const isUnknown = issue.type === 'strict_object' && issue.expected === 'never'
    const hint = isUnknown && keys[0] === 'check' ? keyHint(keys[1] ?? '', Object.keys(checkEntries)) : undefined
    add([...at, ...keys], `"${keys.join('.')}" ${isUnknown ? 'is unknown' : issue.message}`, hint)
  }
  if (!read.success || !checked.success) return undefined
  // What may be written in belongs to a version, the rest of the policy to a start.
  const { writable, ...config } = { ...policy, ...(env && { env }) } as PodConfigInput
  const { envFile = [], params, start, ...push } = read.output
  const path = await pathOf(push, folder)
  if (path === undefined)
    add([...at, 'push'], `"${name}" does not say what is pushed`, `Write push: FOLDER, or push: FILE`)
  else if (typeof path !== 'string') add([...at, 'push'], path.problem)
  const variables: Record<string, string> = {}
  for (const file of [envFile].flat()) {
    const more = await readEnvFile(resolve(folder, file)).catch((error: Error) =>
      add([...at, 'envFile'], error.message),
    )
    Object.assign(variables, more)
  }
  if (typeof path !== 'string' || source === undefined) return undefined
  const { sleep, listen } = checked.output
  // Nothing is read of a pod whose manifest says enough.
  const mayHavePort = sleep && !listen ? await mayListen(path) : false
  policies.push({ name, policy: checked.output, mayListen: mayHavePort })
  const all = { ...variables, ...env }
  const { needs = [] } = checked.output
  return {
    name,
    ...(needs.length > 0 && { needsAt: source.at([...at, 'needs']) }),
    push: { ...pushOf(push), path, ...(writable && { writable }) },
    params,
    config: { ...config, ...(Object.keys(all).length > 0 && { env: all }) } as PodConfigInput,
    starts: start,
  }
}

function pushOf({ entry, args, command, build, asIs, link, service }: PushGiven): Omit<PushOf, 'path'> {
  return { entry, args, command, ...(build === false ? { noBuild: true } : { build }), asIs, link, service }
}

/** Where what is pushed lies; undefined if the pod does not say it. */
async function pathOf(
  { push, entry, command }: PushGiven,
  folder: string,
): Promise<string | { problem: string } | undefined> {
  if (push?.startsWith('p8a:')) return push
  if (push === undefined && entry === undefined && command === undefined) return undefined
  const path = resolve(folder, push ?? '.')
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  return isThere ? path : { problem: `there is nothing at ${JSON.stringify(push)}` }
}

/** Variables with no value are those of this shell. */
function ownEnv(env: unknown, add: (key: string, text: string) => void): Record<string, unknown> | undefined {
  if (!isObject(env)) return env as undefined
  const entries = Object.entries(env as object).map(([key, value]) => {
    if (value !== null) return [key, value]
    const own = environment.variable(key)
    if (own === undefined) add(key, `"env.${key}" has no value, and this shell has no variable of that name`)
    return [key, own ?? '']
  })
  return Object.fromEntries(entries)
}

function nameProblem(name: string): P8aError | undefined {
  try {
    checkName(name)
    return undefined
  } catch (error) {
    if (error instanceof P8aError) return error
    throw error
  }
}

function isTexts(value: unknown): boolean {
  return isObject(value) && Object.values(value as object).every(text => typeof text === 'string')
}

function refused(shown: string, problems: readonly Problem[]): P8aError {
  const inOrder = [...problems].sort((a, b) => compare(placeOf(a.at), placeOf(b.at)))
  const lines = inOrder.map(({ at, text }) => `${at}: ${text}`)
  const message =
    lines.length === 1 ? `Cannot use the manifest: ${lines[0]}` : `Cannot use ${shown}:\n  ${lines.join('\n  ')}`
  const hints = [...new Set(problems.flatMap(({ hint }) => hint ?? []))]
  return new P8aError('bad_config', message, {
    hint: hints.length > 0 ? hints.join('; ') : 'See docs/PROJECTS.md',
    facts: { file: shown, problems: inOrder },
  })
}

/** Line and column of `pods.yaml:3:5`. */
function placeOf(at: string): [number, number] {
  const [line = '0', column = '0'] = at.split(':').slice(-2)
  return [Number(line), Number(column)]
}

function compare(a: [number, number], b: [number, number]): number {
  return a[0] - b[0] || a[1] - b[1]
}
