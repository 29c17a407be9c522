// Makes a pushed folder ready to start: installs its packages, or takes those of an earlier push, and builds it.
import { access, constants } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { ownPath } from '../system/environment.ts'
import type { Seams } from '../system/seams.ts'
import { copyInstalled, ensureInstalled, linkInstalled } from './installed.ts'
import { type BuildOptions, planOf, refuseMissing, type Step } from './plan.ts'
import { runStep } from './run-step.ts'
import { readSources } from './sources.ts'

export type Building = {
  signal: AbortSignal
  /** What the steps write, and what is done. */
  say: (line: string) => void
}

export type BuildNeeds = Pick<Seams, 'paths' | 'processes' | 'settings'>

/** @returns the key of the shared installation that the folder links to @throws {P8aError} `bad_image`, `build_failed`, `aborted` */
export async function buildFolder(
  { paths, processes, settings }: BuildNeeds,
  folder: string,
  { options, signal, say }: Building & { options: BuildOptions },
): Promise<string | undefined> {
  const sources = await readSources(folder)
  const { steps, warning } = planOf(sources, options)
  const path = [join(folder, 'node_modules', '.bin'), dirname(process.execPath), ownPath()].join(delimiter)
  const found = new Set<string>()
  for (const { needs } of steps) if (await isOn(path, needs)) found.add(needs)
  refuseMissing(steps, program => found.has(program))
  if (warning !== undefined) say(warning)
  const run = async (step: Step, within: string) => {
    say(`$ ${step.command}`)
    await runStep(step, { folder: within, path, processes, timeoutMs: settings.buildTimeout, signal, onLine: say })
  }
  const [first, ...later] = steps
  if (first?.does !== 'install' || sources.installKey === undefined) {
    for (const step of steps) await run(step, folder)
    return undefined
  }
  const key = `${sources.installKey}${later.length > 0 ? '-all' : ''}`
  const wasThere = await ensureInstalled(paths, { key, from: folder }, async staging => await run(first, staging))
  if (wasThere) say('The packages are those of an earlier push')
  if (later.length === 0) {
    await linkInstalled(key, folder)
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
