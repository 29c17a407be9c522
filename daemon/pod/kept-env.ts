// The variables and the folder of a run whose process is a child of a keeper, and the port of any run.
import { delimiter, dirname, join, resolve } from 'node:path'
import type { PodConfig } from '../../protocol/config.ts'
import { runId } from '../../protocol/names.ts'
import { folderOf, type Image, mainFile } from '../image/store.ts'
import { variablesOf } from '../keeper/variables.ts'
import { baseEnvironment, ownPath } from '../system/environment.ts'
import type { DataPaths } from '../system/paths.ts'
import { slotVariables } from './environment.ts'
import type { LiveRun } from './live-run.ts'

export type RunOf = { name: string; live: LiveRun; image: Image; config: PodConfig; params: Record<string, string> }

/** Where a run starts: a folder in itself, anything else in the pod's storage. */
export function folderOfRun(
  paths: DataPaths,
  { name, image, config }: Pick<RunOf, 'name' | 'image' | 'config'>,
): string {
  return resolve(image.format === 'folder' ? folderOf(paths, image) : paths.pod(name).storage, config.cwd ?? '.')
}

export function variablesOfRun(paths: DataPaths, { name, live, image, config, params }: RunOf): Record<string, string> {
  const base = baseEnvironment()
  const bins = image.format === 'folder' ? [join(folderOf(paths, image), 'node_modules', '.bin')] : []
  const { storage } = paths.pod(name)
  return {
    ...base,
    PATH: [...bins, dirname(process.execPath), base.PATH ?? ownPath()].join(delimiter),
    // Its lines come as they are written, not when a buffer is full.
    PYTHONUNBUFFERED: '1',
    ...slotVariables(live),
    ...(image.format === 'script' && { P8A_FILE: mainFile(paths, image) }),
    ...variablesOf(params, { run: runId(name, live.ref.number), name, storage }),
    ...config.env,
  }
}

/** The port that a run is told to listen to, if it is told. */
export function portOfRun({ config, params }: Pick<RunOf, 'config' | 'params'>): number | undefined {
  const port = Number(config.env?.PORT ?? params.port ?? params.PORT ?? Number.NaN)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}
