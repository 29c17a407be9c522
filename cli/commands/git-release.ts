// Runs the `release` of a Procfile once, and waits for its end: a deploy that it is a part of goes on only if it ends well.
import { setTimeout as delay } from 'node:timers/promises'
import { P8aError } from '../../protocol/errors.ts'
import type { RunInfo } from '../../protocol/words.ts'
import type { RemoteHost } from '../remote/remote-host.ts'

/** How often is looked whether it is over. */
const lookMs = 200

type Release = {
  /** The pod that it is a release of, whose variables it gets. */
  of: string
  name: string
  say: (line: string) => void
}

/** @throws {P8aError} `build_failed` unless it ends with 0 */
export async function release(host: RemoteHost, { of, name, say }: Release): Promise<void> {
  const before = await newestRun(host, name)
  const env = await variablesOf(host, of)
  await host.call('pod.start', { name, wait: false, anew: true, config: { restart: 'never', env } })
  const { id, end } = await ended(host, name, before?.id)
  const { entries } = await host.call('pod.logs', { name, run: id, tags: ['stdout', 'stderr'] })
  for (const { text } of entries) say(text)
  await host.call('pod.stop', { name })
  if (end?.code === 0) return
  const how = end?.signal ? `it ended by ${end.signal}` : `it ended with code ${end?.code ?? 'unknown'}`
  throw new P8aError('build_failed', `Cannot deploy: the release has failed: ${how}`, {
    hint: 'Its lines stand above; nothing that runs was touched',
    facts: { run: id },
  })
}

async function ended(host: RemoteHost, name: string, before: string | undefined): Promise<RunInfo> {
  for (;;) {
    const run = await newestRun(host, name)
    if (run && run.id !== before && run.end) return run
    const { status, cause } = await host.call('pod.status', { name })
    if (status === 'error' && run?.id === before)
      throw new P8aError('start_failed', `Cannot run the release: ${cause?.text ?? 'it did not start'}`)
    await delay(lookMs)
  }
}

async function newestRun(host: RemoteHost, name: string): Promise<RunInfo | undefined> {
  const { runs } = await host.call('pod.runs', { name, limit: 1 })
  return runs[0]
}

/** What somebody has set for the pod; what its own files say, the release has from them. */
async function variablesOf(host: RemoteHost, name: string): Promise<Record<string, string>> {
  const known = await host.call('pod.list', {})
  if (!known.pods.some(pod => pod.name === name)) return {}
  const { env } = await host.call('pod.env', { name, values: true })
  return Object.fromEntries(
    env.flatMap(({ name, value, from }) =>
      value === undefined || from === 'file' || from === 'image' ? [] : [[name, value]],
    ),
  )
}
