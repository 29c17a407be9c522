// Decides what makes a host as a project says: which pods are pushed, begun, scaled and removed. It does nothing.

import { parseConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { projectLabel, upLabel } from '../../protocol/labels.ts'
import { begunWith } from '../../protocol/policy.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { digest } from './content.ts'
import type { Project, ProjectPod } from './manifest.ts'

/** A pod of the host, as far as it matters here. */
export type Known = Pick<
  PodStatus,
  'name' | 'kind' | 'status' | 'want' | 'version' | 'latest' | 'scale' | 'labels' | 'params' | 'config'
>

/** What is done for a pod of the project. */
export type Step = {
  pod: ProjectPod
  content: string
  isNew: boolean
  /** Whether it has to be pushed: it is new, or may have changed. */
  pushes: boolean
  /**
   * `begin`: it is started, or begun anew with what is given now; `reload`: the same, beside what is up, on sockets that the
   * host holds: a program that has its port by itself cannot live twice.
   */
  next: 'begin' | 'reload' | 'scale' | 'nothing'
  /** Why, in words for people: `params changed`. */
  because: string
  /** As far as can be told from here, nothing changed that a process is begun with: then the host lets its runs stay. */
  mayStay?: boolean
}

export type Plan = { steps: Step[]; removes: string[] }

/**
 * @param options.contents digests of what would be pushed, by name of pod
 * @param options.takes whether pods of the same names that are not the project's become its
 * @param options.removes whether pods of the project go that it no longer has
 * @throws {P8aError} `bad_config` where a name belongs to others, or a pod needs what is not there
 */
export function planOf(
  project: Project,
  known: readonly Known[],
  options: { contents: ReadonlyMap<string, string>; takes: boolean; removes: boolean },
): Plan {
  const byName = new Map(known.map(pod => [pod.name, pod]))
  refuseOthers(project, options.takes ? [] : known)
  refuseMissing(project, byName)
  const steps = project.pods.map(pod => stepOf(pod, byName.get(pod.name), options.contents.get(pod.name) ?? ''))
  const names = new Set(project.pods.map(({ name }) => name))
  const gone = known.filter(({ name, labels }) => labels[projectLabel] === project.id && !names.has(name))
  return { steps, removes: options.removes ? gone.map(({ name }) => name) : [] }
}

/** The text of the label that says what a pod was begun with. */
export function markOf({ params, config, push }: ProjectPod, of: { content: string; version: number }): string {
  const { scale: _, ...rest } = config
  return [digest([params, rest, push.args]), of.content, of.version].join('.')
}

function stepOf(pod: ProjectPod, known: Known | undefined, content: string): Step {
  const step = { pod, content, isNew: known === undefined }
  const begins = pod.starts ? 'begin' : 'nothing'
  if (!known) return { ...step, pushes: true, next: begins, because: 'it is new' }
  const [spec, was, version] = (known.labels[upLabel] ?? '').split('.')
  const isSame = was === content && version === String(known.latest)
  if (!pod.starts || known.kind === 'script' || known.latest === 0) {
    const isDone = isSame && markOf(pod, { content, version: known.latest }).startsWith(`${spec}.`)
    const because = isDone ? '' : 'it may have changed'
    return { ...step, pushes: !isDone, next: isDone ? 'nothing' : begins, because }
  }
  const because = whyAnew(pod, known, { spec, isSame, content })
  if (because !== undefined) {
    const isHeld = known.status === 'up' && known.config.listen !== undefined
    const isChanged = isSame && known.status === 'up' && known.version === known.latest
    const mayStay = isChanged && begunWithSame(pod, known)
    return { ...step, pushes: !isSame, next: isHeld ? 'reload' : 'begin', because, mayStay }
  }
  if (pod.config.scale !== undefined && pod.config.scale !== known.scale)
    return { ...step, pushes: false, next: 'scale', because: `scale ${known.scale} → ${pod.config.scale}` }
  return { ...step, pushes: false, next: 'nothing', because: '' }
}

function whyAnew(
  pod: ProjectPod,
  known: Known,
  { spec, isSame, content }: { spec: string | undefined; isSame: boolean; content: string },
): string | undefined {
  if (known.labels[upLabel] === undefined)
    return known.version === 0 ? 'it was never started' : 'it was started with other options'
  if (!isSame) return 'its files changed'
  if (spec !== markOf(pod, { content, version: 0 }).split('.', 1)[0]) return changed(pod, known)
  if (known.version !== known.latest) return `v${known.version} runs, and v${known.latest} was pushed`
  if (known.want === 'idle') return 'it was stopped'
  return known.status === 'error' ? 'it is error' : undefined
}

function changed(pod: ProjectPod, known: Known): string {
  const keys = changedKeys(pod, known)
  if (keys.length > 0) return `${keys.join(', ')} changed`
  return pod.config.env === undefined
    ? 'its options changed'
    : 'its options changed, or its variables, which need new runs'
}

/** As far as can be told without the values of variables. */
function begunWithSame({ params, config }: ProjectPod, known: Known): boolean {
  const [{ env: _, ...wanted }, { env: __, ...told }] = [begunWith(parseConfig(config)), known.config]
  const have: Record<string, unknown> = begunWith(told)
  const isSame = Object.entries(wanted).every(([key, value]) => digest(value) === digest(have[key]))
  return isSame && digest(params) === digest(known.params)
}

/** Which of params and policy are others now. Values of variables are secret, so that nobody can tell whether these are. */
function changedKeys({ params, config }: ProjectPod, known: Known): string[] {
  const { labels: _, env: __, scale: ___, ...wanted } = parseConfig(config)
  const have: Record<string, unknown> = known.config
  const keys = Object.entries(wanted).flatMap(([key, value]) => (digest(value) === digest(have[key]) ? [] : [key]))
  return digest(params) === digest(known.params) ? keys : ['params', ...keys]
}

function refuseOthers({ id, pods }: Project, known: readonly Known[]): void {
  const clash = known.find(({ name, labels }) => pods.some(pod => pod.name === name) && labels[projectLabel] !== id)
  if (!clash) return
  const { name, labels } = clash
  const owner = labels[projectLabel]
  throw new P8aError(
    'bad_config',
    `Cannot use the name "${name}": the host has such a pod, and ${owner === undefined ? 'no project made it' : `it is of the project ${JSON.stringify(owner)}`}`,
    {
      hint: [
        {
          text: 'Give the pod another name; or take that pod over with --take, so that it becomes one of this project',
        },
        { text: 'or remove it', do: { verb: 'remove', args: [name], options: { force: true } } },
      ],
      facts: { pod: name, ...(owner !== undefined && { project: owner }) },
    },
  )
}

function refuseMissing({ pods }: Project, known: ReadonlyMap<string, unknown>): void {
  for (const { name, config, needsAt } of pods) {
    const missing = config.needs?.find(need => !known.has(need) && !pods.some(pod => pod.name === need))
    if (missing === undefined) continue
    throw new P8aError(
      'bad_config',
      `${needsAt ? `${needsAt}: pod` : 'Pod'} "${name}" needs "${missing}", and there is no such pod`,
      {
        hint: 'Add it to the manifest, or push it to the host first',
        facts: { pod: name, need: missing },
      },
    )
  }
}
