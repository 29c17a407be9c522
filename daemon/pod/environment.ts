// What the process of a run gets: its environment, its folder and files, and then its assignment.
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { PodConfig } from '../../protocol/config.ts'
import { type Assignment, linkEnv } from '../../protocol/link.ts'
import { runId } from '../../protocol/names.ts'
import { folderOf, type Image, mainFile } from '../image/store.ts'
import { baseEnvironment, readAtBoot } from '../system/environment.ts'
import { type DataPaths, runPaths, stdinPipe } from '../system/paths.ts'
import { makeFolder } from '../system/plain-file.ts'
import type { Seams } from '../system/seams.ts'
import type { ShimProcess } from '../system/shims.ts'
import type { LiveRun } from './live-run.ts'

/** Nobody else may set the variables of the link. */
const linkNames: string[] = Object.values(linkEnv)

/** What the process of a run gets. */
export type RunProcess = ShimProcess & {
  /** Whether a process that has begun already can be used. */
  mayBeSpare: boolean
}

/** Works out what the process of a run gets, and makes the folders that it needs. */
export async function prepareProcess(
  seams: Seams,
  { name, live, image, config }: { name: string; live: LiveRun; image: Image | undefined; config: PodConfig },
): Promise<RunProcess> {
  const pod = seams.paths.pod(name)
  await makeFolder(pod.logs)
  await mkdir(pod.storage, { recursive: true, mode: 0o700 })
  const { env = {}, nodeFlags = [] } = config
  return {
    mayBeSpare:
      config.stdin === undefined && nodeFlags.length === 0 && !Object.keys(env).some(name => readAtBoot.test(name)),
    nodeFlags,
    env: withoutLink({ ...baseEnvironment(), ...(image?.format === 'folder' && slotVariables(live)), ...env }),
    cwd: pod.storage,
    raw: runPaths(pod, live.ref.number).raw,
    ...(config.stdin === 'open' && { stdin: stdinPipe(pod, live.ref.number) }),
  }
}

/** A program that was not written for p8a asks nobody which of several it is. */
export function slotVariables({ slot }: LiveRun): Record<string, string> {
  return { NODE_APP_INSTANCE: String(slot), P8A_SLOT: String(slot) }
}

function withoutLink(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !linkNames.includes(name)))
}

/** The assignment for a shim. */
export function assignmentOf(
  seams: Seams & { path: string },
  run: { name: string; live: LiveRun; image: Image; config: PodConfig; params: Record<string, string> },
): Assignment {
  const pod = seams.paths.pod(run.name)
  const files = runPaths(pod, run.live.ref.number)
  return {
    run: runId(run.name, run.live.ref.number),
    name: run.name,
    slot: run.live.slot,
    path: seams.path,
    may: run.config.may ?? 'read',
    storage: pod.storage,
    params: run.params,
    callTimeoutMs: seams.settings.callTimeout,
    ...codeOf(seams.paths, { ...run, storage: pod.storage }),
    log: {
      file: files.log,
      maxFileBytes: seams.settings.logFileBytes,
      maxTotalBytes: seams.settings.logPodBytes,
      raw: files.raw,
    },
    exitFile: files.exit,
  }
}

/** What is loaded, and where it runs: a folder in itself, a single file in the pod's storage. */
function codeOf(
  paths: DataPaths,
  { image, config, storage }: { image: Image; config: PodConfig; storage: string },
): Pick<Assignment, 'main' | 'cwd' | 'program'> {
  const cwd = (folder: string) => resolve(folder, config.cwd ?? '.')
  if (image.format !== 'folder') return { main: mainFile(paths, image), cwd: cwd(storage) }
  const folder = folderOf(paths, image)
  const { starts } = image
  if (starts.how === 'command') throw new Error('A command is no program of Node')
  return { main: join(folder, starts.entry), cwd: cwd(folder), program: { args: starts.args } }
}
