// pod up: makes a host as a manifest says; without one, a folder or a file becomes a pod.
import { P8aError } from '../../protocol/errors.ts'
import type { Context, Input, Run } from '../argv/command.ts'
import { Options } from '../argv/options.ts'
import { type Making, make, type Told } from '../project/make.ts'
import type { ProjectPod } from '../project/manifest.ts'
import { planOf } from '../project/plan.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { localName } from '../remote/remotes.ts'
import { podLine } from '../say/pod-table.ts'
import { exitCodeOf, interruptedCode, report } from '../say/report.ts'
import { plain } from '../say/table.ts'
import { pushedFile } from './built-in.ts'
import { ensureHost } from './host-ensured.ts'
import { contentsOf } from './project-contents.ts'
import { type Given, projectGiven } from './project-given.ts'
import { pushAny } from './push-any.ts'
import { printLastLines } from './start-report.ts'

export const run: Run = async (input, context) => await upGiven(await projectGiven(input, context), { input, context })

/** Makes the host as a project says; starts one here if the host on this machine is meant and there is none. */
export async function upGiven(given: Given, { input, context }: { input: Input; context: Context }): Promise<number> {
  const { output } = context
  if (given.remote === localName) {
    const host = await ensureHost(context)
    if (host && !output.json) await say(`A host is running: pid ${host.pid}, data in ${host.dataDir}`)
  }
  return await withHost(given.remote, context, async host => {
    const code = await up({ host, given, input, context })
    if (!input.options.has('watch') || code === interruptedCode) return code
    const { watchUp } = await import('./up-watch.ts')
    return await watchUp(given.project, {
      host,
      output,
      file: given.file,
      read: async () => (await projectGiven(input, context)).project,
      up: async project => await up({ host, given: { ...given, project }, input, context }),
    })
  })
}

type Asked = { host: RemoteHost; given: Given; input: Input; context: Context }

async function up({ host, given, input, context }: Asked): Promise<number> {
  const { output } = context
  const { project, remote } = given
  const contents = await contentsOf(project)
  const { pods } = await host.call('pod.list', {})
  const { options } = input
  const plan = planOf(project, pods, { contents, takes: options.has('take'), removes: !options.has('no-remove') })
  const all: Told[] = []
  let code = 0
  const telling: Promise<void>[] = []
  const isDone = await make(plan, {
    host,
    project: project.id,
    push: async (pod, labels) => await pushOf(host, { pod, labels, context }),
    tell: told => {
      all.push(told)
      if (told.did === 'failed') code = Math.max(code, exitCodeOf(told.error))
      if (!output.json) telling.push(show(told, { host, output, before: telling.at(-1) }))
    },
  })
  await Promise.all(telling)
  output.answer({ project: project.id, remote, done: isDone, steps: all.map(inJson) }, () => '')
  if (isDone && !output.json && !options.has('watch')) await sayNext(given, context)
  return isDone ? 0 : Math.max(code, 1)
}

async function pushOf(
  host: RemoteHost,
  {
    pod: { name, push },
    labels,
    context: { output },
  }: { pod: ProjectPod; labels: Record<string, string>; context: Context },
): ReturnType<Making['push']> {
  const options = new Options()
  for (const key of ['entry', 'command', 'build'] as const) {
    const value = push[key]
    if (value !== undefined) options.add(key, value)
  }
  for (const [key, isOn] of [
    ['no-build', push.noBuild],
    ['as-is', push.asIs],
    ['service', push.service],
    ['link', push.link],
  ] as const)
    if (isOn) options.add(key, 'true')
  for (const path of push.writable ?? []) options.add('writable', path)
  const showLines = (lines: readonly string[]) =>
    void process.stderr.write(lines.map(line => `${name} | ${plain(line)}\n`).join(''))
  return await pushAny(host, {
    name,
    file: await pushedFile(push.path),
    options,
    output,
    labels,
    args: push.args,
    showLines,
  })
}

async function say(text: string): Promise<void> {
  const { say } = await import('../say/say.ts')
  await say('success', text)
}

type Showing = { host: RemoteHost; output: Context['output']; before: Promise<void> | undefined }

async function show(told: Told, { host, output, before }: Showing): Promise<void> {
  await before
  if (told.did !== 'failed') return await say(textOf(told))
  await report(told.error, output)
  if (told.error instanceof P8aError && told.error.code === 'start_failed')
    await printLastLines({ host, name: told.pod, output }, told.error)
}

function textOf(told: Exclude<Told, { did: 'failed' }>): string {
  switch (told.did) {
    case 'pushed':
      return `${told.pod} v${told.version} pushed${told.unchanged ? ' (unchanged)' : ''}`
    case 'started':
    case 'restarted':
    case 'reloaded':
    case 'scaled':
      return podLine(told.status)
    case 'removed':
      return `${told.pod} removed: the project has it no more`
    case 'stored':
      return `${told.pod} is there, and is not started${told.text === undefined ? '' : `: it is ${told.text}`}`
    case 'left':
      return `${told.pod} unchanged`
    case 'skipped':
      return `${told.pod} skipped: it needs ${told.need}`
  }
}

function inJson(told: Told): Record<string, unknown> {
  if (told.did !== 'failed') return told
  const { error } = told
  const known = error instanceof P8aError ? error : new P8aError('internal', String(error))
  return {
    pod: told.pod,
    did: 'failed',
    error: { code: known.code, message: known.message, ...(known.hint && { hint: known.hint }) },
  }
}

async function sayNext({ remote, project }: Given, { output }: Context): Promise<void> {
  const [only] = project.pods.length === 1 ? project.pods : []
  const args = only ? [only.name] : []
  const logs = output.command({ verb: 'logs', remote, args, options: { follow: true } })
  const { printOut } = await import('../say/print.ts')
  printOut(`Logs: ${logs}; to stop: ${only ? output.command({ verb: 'stop', remote, args }) : 'pod down'}\n`)
}
