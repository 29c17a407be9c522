// The variables and the folder of a run whose process is a child of a keeper, and the port of any run.
import { delimiter, dirname, resolve } from 'node:path'
import type { PodConfig } from '../../protocol/config.ts'
import { type Port, portVariables } from '../../protocol/listen.ts'
import { asUser } from '../bounds/user.ts'
import { readEnvFiles } from '../image/env-files.ts'
import { binFoldersOf, folderOf, type Image, mainFile } from '../image/store.ts'
import { baseEnvironment, ownPath } from '../system/environment.ts'
import type { DataPaths } from '../system/paths.ts'
import type { User } from '../system/users.ts'
import { programVariables } from './environment.ts'
import type { LiveRun } from './live-run.ts'

export type RunOf = {
  name: string
  live: LiveRun
  image: Image
  config: PodConfig
  params: Record<string, string>
  /** Of its start. */
  args?: readonly string[] | undefined
  /** How many runs the pod is to have. */
  scale?: number | undefined
  /** The sockets that it has. */
  ports?: readonly Port[] | undefined
}

/** Where a run starts: a folder in itself, anything else in the pod's storage. */
export function folderOfRun(paths: DataPaths, { config, ...run }: Pick<RunOf, 'name' | 'image' | 'config'>): string {
  return resolve(homeOf(paths, run), config.cwd ?? '.')
}

function homeOf(paths: DataPaths, { name, image }: Pick<RunOf, 'name' | 'image'>): string {
  return image.format === 'folder' && !image.isProgram ? folderOf(paths, image) : paths.pod(name).storage
}

export function variablesOfRun(
  paths: DataPaths,
  { name, live, image, config, params, ports = [] }: RunOf,
  user?: User,
): Record<string, string> {
  const base = asUser(baseEnvironment(), user)
  const bins = image.format === 'folder' ? binFoldersOf(paths, image) : []
  return {
    ...base,
    PATH: [...bins, dirname(process.execPath), base.PATH ?? ownPath()].join(delimiter),
    // Its lines come as they are written, not when a buffer is full.
    PYTHONUNBUFFERED: '1',
    ...programVariables(paths, { name, live, params }),
    ...(image.format === 'script' && { P8A_FILE: mainFile(paths, image) }),
    ...portVariables(ports),
    ...config.env,
  }
}

/** The run with the variables of its files, behind those that it is given by name. @throws {P8aError} `bad_config` */
export async function withEnvFiles<R extends Pick<RunOf, 'name' | 'image' | 'config'>>(
  paths: DataPaths,
  run: R,
): Promise<R> {
  const { config } = run
  if (config.envFile === undefined) return run
  return { ...run, config: { ...config, env: { ...(await variablesOfFiles(paths, run)), ...config.env } } }
}

/** As {@link withEnvFiles}; without any such variables where a file is gone: a run that is there has them already. */
export async function withFilesThatAreThere<R extends Pick<RunOf, 'name' | 'image' | 'config'>>(
  paths: DataPaths,
  run: R,
): Promise<R> {
  return await withEnvFiles(paths, run).catch(() => run)
}

/** The variables of the files that its config names. @throws {P8aError} `bad_config` */
export async function variablesOfFiles(
  paths: DataPaths,
  run: Pick<RunOf, 'name' | 'image' | 'config'>,
): Promise<Record<string, string>> {
  return await readEnvFiles(homeOf(paths, run), run.config)
}

/** The port that a run is told to listen to, if it is told. */
export function portOfRun({
  config,
  params,
  ports = [],
}: Pick<RunOf, 'config' | 'params' | 'ports'>): number | undefined {
  const port = Number(config.env?.PORT ?? portVariables(ports).PORT ?? params.port ?? params.PORT ?? Number.NaN)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}
