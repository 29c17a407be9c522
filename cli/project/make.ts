// Makes a host as a plan says: pushes all first, so that nothing is touched where a push fails; then removes, then begins
// what others need before these.
import { P8aError } from '../../protocol/errors.ts'
import { projectLabel, upLabel } from '../../protocol/labels.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Pushed } from '../../protocol/words-version.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { ProjectPod } from './manifest.ts'
import { inOrder, turnstile } from './order.ts'
import { markOf, type Plan, type Step } from './plan.ts'

export type Making = {
  host: Pick<RemoteHost, 'call'>
  project: string
  push: (pod: ProjectPod, labels: Record<string, string>) => Promise<Pushed>
  /** Tells of each thing that was done, as it is done. */
  tell: (told: Told) => void
}

/** What was done for a pod. */
export type Told = { pod: string } & (
  | { did: 'pushed'; version: number; unchanged: boolean; text?: string }
  | { did: 'started' | 'restarted' | 'reloaded' | 'scaled'; status: PodStatus }
  | { did: 'removed' | 'left' }
  | { did: 'stored'; text?: string | undefined }
  | { did: 'failed'; error: unknown }
  | { did: 'skipped'; need: string }
)

/** How many pushes, and how many starts, are under way at once. */
const width = 4

/** @returns whether all of it was done */
export async function make({ steps, removes }: Plan, making: Making): Promise<boolean> {
  const { host, tell } = making
  const pushed = await pushAll(steps, making)
  if (!pushed) return false
  let isDone = true
  for (const name of removes) {
    await host.call('pod.remove', { name, force: true })
    tell({ pod: name, did: 'removed' })
  }
  await inOrder(
    steps.map(step => ({ name: step.pod.name, needs: step.pod.config.needs ?? [], step })),
    {
      most: width,
      skip: ({ name }, need) => {
        isDone = false
        tell({ pod: name, did: 'skipped', need })
      },
      work: async ({ name, step }) => {
        try {
          await begin(step, pushed.get(name), making)
          return true
        } catch (error) {
          if (!(error instanceof P8aError)) throw error
          isDone = false
          tell({ pod: name, did: 'failed', error })
          return false
        }
      },
    },
  )
  return isDone
}

/** @returns what was pushed, by name of pod; undefined if a push failed */
async function pushAll(
  steps: readonly Step[],
  { project, push, tell }: Making,
): Promise<Map<string, Pushed> | undefined> {
  const found = new Map<string, Pushed>()
  let isDone = true
  const gate = turnstile(width)
  const pushOne = async ({ pod }: Step) => {
    try {
      const pushed = await push(pod, { [projectLabel]: project })
      found.set(pod.name, pushed)
      const { version, unchanged, text } = pushed
      tell({ pod: pod.name, did: 'pushed', version, unchanged, ...(text !== undefined && { text }) })
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      isDone = false
      tell({ pod: pod.name, did: 'failed', error })
    }
  }
  await Promise.all(steps.filter(({ pushes }) => pushes).map(step => gate(async () => await pushOne(step))))
  return isDone ? found : undefined
}

async function begin(step: Step, pushed: Pushed | undefined, { host, project, tell }: Making): Promise<void> {
  const { pod, next, isNew, content } = step
  const { name, params, push } = pod
  if (next === 'nothing') return tell({ pod: name, did: step.pushes ? 'stored' : 'left' })
  if (next === 'scale') {
    const status = await host.call('pod.scale', { name, scale: pod.config.scale ?? 1 })
    return tell({ pod: name, did: 'scaled', status })
  }
  const isScript = pushed?.kind === 'script'
  // A script without a schedule is begun by whoever wants a run of it.
  if (isScript && pod.config.schedule === undefined) return tell({ pod: name, did: 'stored', text: pushed.text })
  const version = pushed?.version ?? (await host.call('pod.status', { name })).latest
  const labels = { ...pod.config.labels, [projectLabel]: project, [upLabel]: markOf(pod, { content, version }) }
  if (next === 'reload') return tell({ pod: name, did: 'reloaded', status: await reload(host, { ...pod, labels }) })
  const status = await host.call('pod.start', {
    name,
    params,
    config: { ...pod.config, labels },
    ...(isScript && push.args && { args: push.args }),
    anew: true,
  })
  tell({ pod: name, did: isNew ? 'started' : 'restarted', status })
}

async function reload(
  host: Making['host'],
  { name, params, config: { scale, ...config }, labels }: ProjectPod & { labels: Record<string, string> },
): Promise<PodStatus> {
  const status = await host.call('pod.reload', { name, params, config: { ...config, labels } })
  return scale === undefined || scale === status.scale ? status : await host.call('pod.scale', { name, scale })
}
