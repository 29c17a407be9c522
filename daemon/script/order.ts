// The order for a keeper to begin a run: its command line, its environment, its folder and its files.
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { ScriptOrder } from '../../protocol/keeper.ts'
import { joinPath, quote, runId } from '../../protocol/names.ts'
import { keptApart } from '../bounds/apart.ts'
import { begunBy } from '../bounds/begun.ts'
import { asUser, giveStorage, openImage, takeLogs, userOf } from '../bounds/user.ts'
import { mainFile } from '../image/store.ts'
import { commandOf } from '../keeper/interpreter.ts'
import { variablesOf } from '../keeper/variables.ts'
import type { ScriptOfRun } from '../store/run-record.ts'
import { baseEnvironment } from '../system/environment.ts'
import { runPaths } from '../system/paths.ts'
import type { Seams } from '../system/seams.ts'

/** `command`: the command line, if it was found when the run was asked for. */
export type Ordered = {
  pod: string
  number: number
  script: ScriptOfRun
  command: ScriptOrder['command'] | undefined
}

/** The key of a run, the same for all keepers of a host. */
export function keyOf({ path }: { path: string }, run: string): string {
  return joinPath(path, run)
}

/** @throws {P8aError} `start_failed` if its working directory does not exist; `bad_interpreter` */
export async function orderOf(
  seams: Seams & { path: string },
  { pod, number, script, command }: Ordered,
): Promise<ScriptOrder> {
  const { env, cwd, hash, args, params, limits, isolate, timeoutMs, stopMs, maxOutputBytes, hasStdin } = script
  const paths = seams.paths.pod(pod)
  const { log, exit, stdin } = runPaths(paths, number)
  const user = await userOf(script.user)
  const run = runId(pod, number)
  const folder = resolve(paths.storage, cwd ?? '.')
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new P8aError('start_failed', `its working directory ${quote(folder)} does not exist`)
  const variables = {
    ...asUser(baseEnvironment(), user),
    ...variablesOf(params, { run, name: pod, storage: paths.storage }),
    ...env,
  }
  const file = mainFile(seams.paths, { hash, format: 'script' })
  const image = { hash, format: 'script' } as const
  await takeLogs(paths)
  await giveStorage(seams.paths, pod, user)
  if (user) await openImage(seams.paths, image)
  const apart =
    isolate &&
    (await keptApart(seams, {
      ...{ name: pod, isolate, image, cwd: folder, isNode: false, isForUser: user !== undefined },
      ...{ key: keyOf(seams, run), hasStdin },
    }))
  const line = command ?? (await commandOf(file, { name: pod, args, path: variables.PATH ?? '' }))
  return {
    key: keyOf(seams, run),
    ...(await begunBy({ command: line, env: variables, cwd: folder, apart, user, limits })),
    cwd: folder,
    log,
    note: exit,
    maxOutputBytes,
    stopMs,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(hasStdin && { stdin }),
  }
}
