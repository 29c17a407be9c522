// The order for a keeper to begin a run of a service that is no program of Node: its command line, its environment, its
// folder and its files.
import { mkdir, stat } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { PodConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { ServiceLeft, ServiceOrder } from '../../protocol/keeper.ts'
import { joinPath, quote, runId } from '../../protocol/names.ts'
import { folderOf, type Image } from '../image/store.ts'
import { variablesOf } from '../keeper/variables.ts'
import { baseEnvironment, ownPath } from '../system/environment.ts'
import { runPaths } from '../system/paths.ts'
import { makeFolder } from '../system/plain-file.ts'
import type { Seams } from '../system/seams.ts'
import type { LiveRun } from './live-run.ts'

type Place = Seams & { path: string }

/** Whether the process of a run of that image is a child of a keeper. */
export function isKept(image: Image): boolean {
  return image.format === 'folder' && image.starts.how === 'command'
}

/** The key of a run, the same for all keepers of a host. */
export function serviceKey({ path }: { path: string }, name: string, number: number): string {
  return joinPath(path, runId(name, number))
}

/** What a keeper needs to know of a run that another one has begun. */
export function serviceFiles(
  place: Place,
  name: string,
  { ref: { number } }: LiveRun,
): Omit<ServiceLeft, 'pid' | 'startTime'> {
  const { log, raw, exit } = runPaths(place.paths.pod(name), number)
  const { logFileBytes: maxFileBytes, logPodBytes: maxTotalBytes } = place.settings
  return { key: serviceKey(place, name, number), log: { file: log, maxFileBytes, maxTotalBytes, raw }, exitFile: exit }
}

/** Makes the folders that it needs. @throws {P8aError} `start_failed` if its working directory does not exist */
export async function serviceOrder(
  place: Place,
  run: { name: string; live: LiveRun; image: Image; config: PodConfig; params: Record<string, string> },
): Promise<ServiceOrder> {
  const { name, live, image, config, params } = run
  const pod = place.paths.pod(name)
  await makeFolder(pod.logs)
  await mkdir(pod.storage, { recursive: true, mode: 0o700 })
  const { folder, command } = startOf(place, image, pod.storage)
  const cwd = resolve(folder, config.cwd ?? '.')
  if (!(await stat(cwd).catch(() => undefined))?.isDirectory())
    throw new P8aError('start_failed', `its working directory ${quote(cwd)} does not exist`)
  const base = baseEnvironment()
  const slot = String(live.slot)
  return {
    ...serviceFiles(place, name, live),
    command,
    cwd,
    env: {
      ...base,
      PATH: [join(folder, 'node_modules', '.bin'), dirname(process.execPath), base.PATH ?? ownPath()].join(delimiter),
      // Its lines come as they are written, not when a buffer is full.
      PYTHONUNBUFFERED: '1',
      NODE_APP_INSTANCE: slot,
      P8A_SLOT: slot,
      ...variablesOf(params, { run: runId(name, live.ref.number), name, storage: pod.storage }),
      ...config.env,
    },
  }
}

function startOf(
  { paths }: Place,
  image: Image,
  _storage: string,
): { folder: string; command: ServiceOrder['command'] } {
  if (image.format !== 'folder' || image.starts.how !== 'command') throw new Error('It is a program of Node')
  return { folder: folderOf(paths, image), command: ['/bin/sh', '-c', image.starts.command] }
}
