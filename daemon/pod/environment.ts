// What the process of a run gets: its environment, its folder and files, and then its assignment.
import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { PodConfig } from '../../protocol/config.ts'
import { type Assignment, linkEnv } from '../../protocol/link.ts'
import { type Port, portVariables } from '../../protocol/listen.ts'
import { joinPath, runId } from '../../protocol/names.ts'
import { isApart, keptApart, ownCallFolder } from '../bounds/apart.ts'
import { barrierFor } from '../bounds/begun.ts'
import { isLease, leaseOf, openLease } from '../bounds/lease.ts'
import { logRoom } from '../bounds/log-room.ts'
import { asUser, giveRunFiles, giveStorage, openImage, takeLogs, userOf } from '../bounds/user.ts'
import { makeWritableAs } from '../bounds/writable.ts'
import { ensurePackages } from '../image/packages.ts'
import { makeWritable } from '../image/seeds.ts'
import { folderOf, type Image, mainFile } from '../image/store.ts'
import { variablesOf } from '../keeper/variables.ts'
import { callSocket } from '../store/call-socket.ts'
import { baseEnvironment, readAtBoot } from '../system/environment.ts'
import { type DataPaths, runPaths, stdinPipe } from '../system/paths.ts'
import { makeFolder } from '../system/plain-file.ts'
import { limitedCommand } from '../system/process-limits.ts'
import type { Seams } from '../system/seams.ts'
import type { ShimProcess } from '../system/shims.ts'
import type { User } from '../system/users.ts'
import type { LiveRun } from './live-run.ts'
import { isAtPort } from './outside-check.ts'

/** Nobody else may set the variables of the link. */
const linkNames: string[] = Object.values(linkEnv)

/** What the process of a run gets. */
export type RunProcess = ShimProcess & {
  /** Whether a process that has begun already can be used. */
  mayBeSpare: boolean
}

type OfRun = { name: string; live: LiveRun; config: PodConfig; params: Record<string, string> }

type Prepared = OfRun & { image: Image | undefined; ports?: readonly Port[] | undefined }

/** Works out what the process of a run gets, and makes the folders that it needs. */
export async function prepareProcess(
  seams: Seams & { path: string },
  { name, live, image, config, params, ports = [] }: Prepared,
): Promise<RunProcess> {
  const pod = seams.paths.pod(name)
  await makeFolder(pod.logs)
  const user = await userOf(config.user)
  if (!user) await takeLogs(pod)
  await makeStorage(seams.paths, { name, image, user })
  const { env = {}, nodeFlags = [], isolate } = config
  const asksAtBoot = nodeFlags.length > 0 || Object.keys(env).some(name => readAtBoot.test(name))
  const cwd = asksAtBoot ? await bootFolder(seams.paths, { image, config, storage: pod.storage }) : pod.storage
  const seesLease = config.lease && (await isLease(seams.paths, config.lease.file))
  const apart = isApart(isolate)
    ? await keptApart(seams, {
        ...{ name, isolate, image, cwd, isNode: true, isForUser: user !== undefined },
        ...{ key: joinPath(seams.path, live.record.id), sockets: ports.length, hasStdin: config.stdin === 'open' },
        ...(seesLease && config.lease && { read: [dirname(config.lease.file)] }),
        folders: [pod.logs, ownCallFolder(seams.paths, live.ticket)],
        files: [runPaths(pod, live.ref.number).exit],
      })
    : undefined
  // Runs of other users may call it.
  if (apart) await chmod(ownCallFolder(seams.paths, live.ticket), 0o711)
  if (user && config.lease) await openLease(seams.paths, config.lease.file)
  if (user) await giveRunFiles(seams.paths, { name, number: live.ref.number, ticket: live.ticket, user })
  const variables = withoutLink({
    ...asUser(baseEnvironment(), user),
    ...(image?.format === 'folder' && programVariables(seams.paths, { name, live, params })),
    ...portVariables(ports),
    ...env,
  })
  const { outer, inner, env: early } = await barrierFor({ env: variables, cwd, apart, user })
  const socket = user ? await seams.userDoors.of(user.uid) : outer.length > 0 ? seams.paths.innerLink : undefined
  return {
    mayBeSpare: config.stdin === undefined && !asksAtBoot && !apart && !user,
    nodeFlags: [...(apart?.flags ?? []), ...nodeFlags],
    // A limit of a process in a container has to be set within.
    before: [...outer, ...(apart?.contained ? limitedCommand(config.limits ?? {}, ['']).slice(0, -1) : []), ...inner],
    ...(apart?.contained?.isolate.image !== undefined && { node: 'node' }),
    env: early,
    ...(socket !== undefined && { socket }),
    cwd,
    raw: runPaths(pod, live.ref.number).raw,
    ...(config.stdin === 'open' && { stdin: stdinPipe(pod, live.ref.number) }),
  }
}

/** Where Node looks for what its flags name, such as `--require=dotenv/config` and `--import=./instrument.mjs`. */
async function bootFolder(
  paths: DataPaths,
  { image, config: { cwd = '.' }, storage }: { image: Image | undefined; config: PodConfig; storage: string },
): Promise<string> {
  const folder = resolve(image?.format === 'folder' ? folderOf(paths, image) : storage, cwd)
  // A folder that is not there is the run's to complain of.
  const isThere = (await stat(folder).catch(() => undefined))?.isDirectory() ?? false
  return isThere ? folder : storage
}

/** Makes the storage of a pod, which belongs to the user of its runs, with what the runs of its folder may write in, and its packages, if its version rested. */
export async function makeStorage(
  paths: DataPaths,
  { name, image, user }: { name: string; image: Image | undefined; user: User | undefined },
): Promise<void> {
  const { storage } = paths.pod(name)
  await mkdir(storage, { recursive: true, mode: 0o700 })
  await giveStorage(paths, name, user)
  const isFolder = image?.format === 'folder' && image.at === undefined
  if (isFolder) await ensurePackages(paths, image)
  if (user && image) await openImage(paths, image)
  if (!isFolder) return
  const at = { image: paths.image(image.hash), storage }
  const { writable = [] } = image.config
  await (user ? makeWritableAs(user, writable, at) : makeWritable(writable, at))
}

/** A program that was not written for p8a asks nobody which of several it is, nor what it was given. */
export function programVariables(
  paths: DataPaths,
  { name, live: { ref, slot }, params }: Pick<Prepared, 'name' | 'live' | 'params'>,
): Record<string, string> {
  const { storage } = paths.pod(name)
  const own = variablesOf(params, { run: runId(name, ref.number), name, storage })
  return { NODE_APP_INSTANCE: String(slot), P8A_SLOT: String(slot), ...own }
}

function withoutLink(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !linkNames.includes(name)))
}

/** The assignment for a shim. */
export function assignmentOf(
  seams: Seams & { path: string },
  run: OfRun & { image: Image; args?: readonly string[] | undefined; ports: readonly Port[]; scale?: number },
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
      ...logRoom(seams.settings, run.config.limits, { runs: run.scale ?? 1 }),
      raw: files.raw,
    },
    exitFile: files.exit,
    ...(run.config.kind === 'worker' &&
      !isApart(run.config.isolate) && { door: callSocket(seams.paths, run.live.ticket) }),
    ...leaseOf(run.config),
    ...(run.ports.length > 0 && { ports: [...run.ports], ...(isAtPort(run.config) && { isChecked: true }) }),
  }
}

/** What is loaded, and where it runs: a folder in itself, a single file in the pod's storage. */
function codeOf(
  paths: DataPaths,
  {
    image,
    config,
    storage,
    args = [],
  }: { image: Image; config: PodConfig; storage: string; args?: readonly string[] | undefined },
): Pick<Assignment, 'main' | 'cwd' | 'program'> {
  const cwd = (folder: string) => resolve(folder, config.cwd ?? '.')
  if (image.format !== 'folder') return { main: mainFile(paths, image), cwd: cwd(storage) }
  const folder = folderOf(paths, image)
  const { starts } = image
  if (starts.how === 'command') throw new Error('A command is no program of Node')
  return {
    main: join(folder, starts.entry),
    cwd: cwd(image.isProgram ? storage : folder),
    program: { args: [...starts.args, ...args], ready: config.ready },
  }
}
