// Deploys a commit: pushes its files, which builds them, and lets them take the place of what runs. If any of it fails, what ran
// runs on.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Context } from '../argv/command.ts'
import { Options } from '../argv/options.ts'
import { type Process, processesOf } from '../git/processes.ts'
import type { GitRepository } from '../git/repository.ts'
import { refusalOf, type TreeLimits } from '../git/tree-amount.ts'
import { processesIn } from '../import/procfile.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import { duration, size } from '../say/amounts.ts'
import { podLine } from '../say/pod-table.ts'
import { printErr } from '../say/print.ts'
import { plain } from '../say/table.ts'
import { release } from './git-release.ts'
import { pushAny } from './push-any.ts'
import { reportStart } from './start-report.ts'

type Deploy = {
  host: RemoteHost
  repository: GitRepository
  name: string
  commit: string
  limits: TreeLimits
  /** Of the repository; empty for all of it. */
  folder: string
  context: Context
}

/** @returns an exit code @throws {P8aError} what a push and a start throw */
export async function deployCommit(deploy: Deploy): Promise<number> {
  const { repository, name, commit, folder, limits } = deploy
  const amount = await repository.amountOf(commit, counted => refusalOf(counted, limits) !== undefined)
  const refusal = refusalOf(amount, limits)
  if (refusal) throw refusal
  const lfs = await repository.firstOfLfs(commit, folder)
  if (lfs !== undefined)
    throw new P8aError(
      'unsupported',
      `Cannot deploy: ${JSON.stringify(lfs)} is kept by Git LFS, which a host does not fetch`,
      {
        hint: {
          text: 'Keep the file in git itself, fetch it in the build, or push the folder',
          do: { verb: 'push', args: ['NAME', 'FOLDER'] },
        },
        facts: { file: lfs },
      },
    )
  for (const path of amount.submodules) say(`The submodule ${path} is left out`)
  const files = await repository.checkedOut(commit, name)
  try {
    const within = join(files.folder, folder)
    if (!(await stat(within).catch(() => undefined))?.isDirectory())
      throw new P8aError('bad_image', `There is no folder ${JSON.stringify(folder)} in the commit`, {
        hint: 'Name another one: git push -o folder=PATH',
      })
    return await deployFolder(within, deploy)
  } finally {
    await files.remove()
  }
}

async function deployFolder(folder: string, { host, repository, name, commit, context }: Deploy): Promise<number> {
  const procfile = await readFile(join(folder, 'Procfile'), 'utf8').catch(() => undefined)
  const processes = procfile === undefined ? undefined : processesIn(procfile, passOver)
  const { pods, release: first } = processesOf(name, processes)
  const message = (await repository.subjectOf(commit)).slice(0, mostMessage)
  const { output } = context
  for (const one of [...pods, ...(first ? [first] : [])]) await pushOne(host, { folder, one, message, output })
  if (first) {
    say(`Running ${first.name}`)
    await release(host, { of: name, name: first.name, say: line => say(plain(line)) })
  }
  const done: string[] = []
  for (const one of pods) {
    const code = await reportStart({ host, name: one.name, output }, async () => {
      if (await bring(host, one)) done.push(one.name)
      return undefined
    }).catch(async error => {
      await takeBack(host, done)
      throw error
    })
    if (code === 0) continue
    await takeBack(host, done)
    return code
  }
  return 0
}

function passOver(line: string): void {
  say(`The line ${JSON.stringify(line)} of the Procfile is not NAME: COMMAND, and is passed over`)
}

/** How much of the subject of a commit is kept with the version. */
const mostMessage = 200

type Pushing = { folder: string; one: Process; message: string; output: Context['output'] }

async function pushOne(host: RemoteHost, { folder, one, message, output }: Pushing): Promise<void> {
  const { name, starts } = one
  const beganAtMs = performance.now()
  const options = new Options()
  options.add('message', message)
  if (starts && 'command' in starts) options.add('command', starts.command)
  if (starts && 'entry' in starts) options.add('entry', starts.entry)
  const args = starts && 'entry' in starts ? starts.args : undefined
  const pushed = await pushAny(host, { name, file: folder, options, output, args, showLines })
  const facts = `${size(pushed.size)}, ${pushed.hash.slice(0, 12)}, ${duration(performance.now() - beganAtMs)}`
  say(`${name} v${pushed.version} (${facts})${pushed.text ? `: ${plain(pushed.text)}` : ''}`)
}

/** Lets the newest version run, as far as somebody wants the pod to run. @returns whether it took the place of another */
async function bring(host: RemoteHost, { name, wantsPort }: Process): Promise<boolean> {
  const pod = await host.call('pod.status', { name })
  if (pod.kind === 'script') {
    say(`${name} is a script: pod start ${name} begins a run of it`)
    return false
  }
  if (pod.want === 'up') {
    const isNew = pod.version !== pod.latest || pod.status !== 'up'
    if (isNew) say(`Reloading ${name}`)
    sayPod(isNew ? await host.call('pod.reload', { name, wait: true }) : pod)
    return isNew
  }
  if (pod.asleepSince !== undefined) {
    await host.call('pod.start', { name, asleep: true })
    sayPod(await host.call('pod.status', { name }))
    return true
  }
  // What somebody has stopped stays so.
  if (pod.version > 0) {
    say(`${name} is ${pod.status}, and stays so: pod start ${name} starts v${pod.latest}`)
    return false
  }
  say(`Starting ${name}`)
  const config = wantsPort && pod.config.listen === undefined ? { config: { listen: 'auto' as const } } : {}
  await host.call('pod.start', { name, wait: true, ...config })
  sayPod(await host.call('pod.status', { name }))
  return false
}

/** What was reloaded already goes back: a push is done as a whole, or not at all. */
async function takeBack(host: RemoteHost, names: readonly string[]): Promise<void> {
  for (const name of names) {
    say(`Going back with ${name}`)
    await host
      .call('pod.rollback', { name })
      .catch(error => say(`${name} stays with the new version: ${error.message}`))
  }
}

function sayPod(pod: PodStatus): void {
  say(podLine(pod))
  for (const address of addressesOf(pod)) say(`  ${address}`)
}

function addressesOf({ ports = [], config }: PodStatus): string[] {
  const routes = [config.route ?? []].flat().map(route => (typeof route === 'string' ? route : route.at))
  return [...ports.map(({ address }) => address), ...routes]
}

function showLines(lines: readonly string[]): void {
  for (const line of lines) say(plain(line))
}

function say(line: string): void {
  printErr(`${line}\n`)
}
