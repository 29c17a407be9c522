// The order for a keeper to begin a run of a service that is no program of Node: its command line, its environment, its
// folder and its files.
import { stat } from 'node:fs/promises'
import type { Limits } from '../../protocol/bounds.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { ServiceLeft, ServiceOrder } from '../../protocol/keeper.ts'
import { joinPath, quote, runId } from '../../protocol/names.ts'
import { isApart, keptApart } from '../bounds/apart.ts'
import { begunBy } from '../bounds/begun.ts'
import { leaseOfKept } from '../bounds/lease.ts'
import { logRoom } from '../bounds/log-room.ts'
import { takeLogs, userOf } from '../bounds/user.ts'
import { execLine } from '../image/exec-line.ts'
import { withWords } from '../image/shell-word.ts'
import { type Image, mainFile } from '../image/store.ts'
import { commandOf } from '../keeper/interpreter.ts'
import { callSocket } from '../store/call-socket.ts'
import { runPaths, stdinPipe } from '../system/paths.ts'
import { makeFolder } from '../system/plain-file.ts'
import type { Seams } from '../system/seams.ts'
import { openWay, rootFolder } from '../system/way.ts'
import { makeStorage } from './environment.ts'
import { folderOfRun, type RunOf, variablesOfRun } from './kept-env.ts'
import type { LiveRun } from './live-run.ts'

type Place = Seams & { path: string }

/** Whether the process of a run of that image is a child of a keeper: it is a command line, or a script that is kept up. */
export function isKept(image: Image): boolean {
  return image.format === 'folder' ? image.starts.how === 'command' : image.format === 'script'
}

/** The key of a run, the same for all keepers of a host. */
export function serviceKey({ path }: { path: string }, name: string, number: number): string {
  return joinPath(path, runId(name, number))
}

/** What the logs of all runs of a pod may take, and how many runs share it. */
export type LogShare = { limits?: Limits | undefined; scale?: number | undefined }

/** What a keeper needs to know of a run that another one has begun. */
export function serviceFiles(
  place: Place,
  name: string,
  { ref: { number }, ticket }: LiveRun,
  { limits, scale }: LogShare = {},
): Omit<ServiceLeft, 'pid' | 'startTime'> {
  const { log, raw, exit } = runPaths(place.paths.pod(name), number)
  return {
    key: serviceKey(place, name, number),
    log: { file: log, ...logRoom(place.settings, limits, { runs: scale ?? 1 }), raw },
    exitFile: exit,
    // It takes no calls, so the name is free.
    notices: callSocket(place.paths, ticket),
  }
}

/** Makes the folders that it needs. @throws {P8aError} `start_failed` if it cannot be started as it is, `bad_interpreter` */
export async function serviceOrder(place: Place, run: RunOf): Promise<ServiceOrder> {
  const { name, live, config } = run
  const pod = place.paths.pod(name)
  const user = await userOf(config.user)
  await Promise.all([
    makeFolder(pod.logs).then(async () => await takeLogs(pod)),
    makeStorage(place.paths, { ...run, user }),
    user && openWay(rootFolder(place.paths), place.paths.calls),
  ])
  const cwd = folderOfRun(place.paths, run)
  if (!(await stat(cwd).catch(() => undefined))?.isDirectory())
    throw new P8aError('start_failed', `its working directory ${quote(cwd)} does not exist, or is no folder`, {
      facts: { cwd },
    })
  const variables = variablesOfRun(place.paths, run, user)
  const key = serviceKey(place, name, live.ref.number)
  const isolate = isApart(config.isolate) ? config.isolate : undefined
  const apart =
    isolate &&
    (await keptApart(place, {
      ...{ name, isolate, image: run.image, cwd },
      ...{ isNode: false, isForUser: user !== undefined, key },
      ...{ sockets: run.ports?.length ?? 0, hasStdin: config.stdin === 'open' },
    }))
  const command = await commandOfRun(place, run, variables.PATH ?? '')
  return {
    ...serviceFiles(place, name, live, { limits: config.limits, scale: run.scale }),
    ...(await leaseOfKept(config, { paths: place.paths, key })),
    ...(await begunBy({ command, env: variables, cwd, apart, user, limits: config.limits })),
    cwd,
    ...(config.ready === 'said' && { mustBeHeard: true }),
    ...(config.stdin === 'open' && { stdin: stdinPipe(pod, live.ref.number) }),
  }
}

async function commandOfRun(
  { paths }: Place,
  { name, image, args = [] }: RunOf,
  path: string,
): Promise<ServiceOrder['command']> {
  if (image.format === 'folder' && image.starts.how === 'command')
    return ['/bin/sh', '-c', execLine(withWords(image.starts.command, args))]
  if (image.format !== 'script') throw new Error('It is a program of Node')
  if (image.command !== undefined) return ['/bin/sh', '-c', execLine(withWords(image.command, args))]
  return await commandOf(mainFile(paths, image), { name, args, path })
}
