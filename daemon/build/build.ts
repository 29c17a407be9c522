// Makes a pushed folder ready to start: installs its packages, or takes those of an earlier push, and builds it.
import { access, constants } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { linkInstalled } from '../image/packages.ts'
import { binFolders } from '../image/store.ts'
import { ownPath } from '../system/environment.ts'
import type { Seams } from '../system/seams.ts'
import { BlockedScripts } from './blocked-scripts.ts'
import { copyInstalled, ensureInstalled } from './installed.ts'
import { ownFiles } from './own-files.ts'
import { type BuildOptions, planOf, refuseMissing, type Step } from './plan.ts'
import { runStep } from './run-step.ts'
import { readSources } from './sources.ts'

export type Building = {
  signal: AbortSignal
  /** What the steps write, and what is done. */
  say: (line: string) => void
}

export type BuildAsked = Building & {
  options: BuildOptions
  /** The command line that the pusher has chosen to start it. */
  command?: string | undefined
  /** Of a workspace, the packages that are needed; the last is the one that is pushed. */
  workspaces?: readonly string[] | undefined
}

export type BuildNeeds = Pick<Seams, 'paths' | 'processes' | 'settings'>

/** @returns the key of the shared installation that the folder links to @throws {P8aError} `bad_image`, `build_failed`, `aborted` */
export async function buildFolder(
  { paths, processes, settings }: BuildNeeds,
  folder: string,
  { options, command, workspaces, signal, say }: BuildAsked,
): Promise<string | undefined> {
  const sources = await readSources(folder, { command, needed: workspaces })
  const { steps, warnings } = planOf(sources, options)
  const pathIn = (within = '') => [...binFolders(folder, within), dirname(process.execPath), ownPath()].join(delimiter)
  const found = new Set<string>()
  for (const { needs } of steps) if (await isOn(pathIn(), needs)) found.add(needs)
  refuseMissing(steps, program => found.has(program))
  for (const warning of warnings) say(warning)
  const run = async (step: Step, at: string) => {
    say(step.within === undefined ? `$ ${step.command}` : `${step.within} $ ${step.command}`)
    const place = { folder: join(at, step.within ?? ''), path: pathIn(step.within) }
    const blocked = step.does === 'install' ? new BlockedScripts(step.needs) : undefined
    const onLine = (line: string) => {
      say(line)
      blocked?.hear(line)
    }
    try {
      await runStep(step, { ...place, processes, timeoutMs: settings.buildTimeout, signal, onLine })
    } finally {
      const note = blocked?.note()
      if (note !== undefined) say(note)
    }
  }
  const [first, ...later] = steps
  const isShared = first?.does === 'install' && sources.installKey !== undefined
  if (later.length > 0 || (first && !isShared)) await ownFiles(folder)
  if (first?.does !== 'install' || sources.installKey === undefined) {
    for (const step of steps) await run(step, folder)
    return undefined
  }
  const key = `${sources.installKey}${later.length > 0 || sources.devTool !== undefined ? '-all' : ''}`
  const wasThere = await ensureInstalled(paths, { key, from: folder }, async staging => await run(first, staging))
  if (wasThere) say('The packages are those of an earlier push')
  if (later.length === 0) {
    await linkInstalled(paths, key, folder)
    return key
  }
  await copyInstalled(paths, key, folder)
  for (const step of later) await run(step, folder)
  return undefined
}

async function isOn(path: string, program: string): Promise<boolean> {
  for (const folder of path.split(delimiter)) {
    const isThere = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return true
  }
  return false
}
