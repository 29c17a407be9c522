// A run that is kept apart: what of the host it may see, and what stands before its command line.
import { mkdir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { Isolate } from '../../protocol/isolate.ts'
import type { FolderImage, Image } from '../image/store.ts'
import { callSocket } from '../store/call-socket.ts'
import type { DataPaths } from '../system/paths.ts'
import { openPlain } from '../system/plain-file.ts'
import { ownFolder } from '../system/programs.ts'
import type { Seams } from '../system/seams.ts'
import type { Contained } from './container-plan.ts'
import { permissionFlags, programFolders, sandboxPrefix, type View } from './isolation.ts'
import { foldersToHide } from './levels.ts'

type Place = Pick<Seams, 'paths' | 'shim'>

type OfImage = Pick<Image, 'hash'> & Pick<FolderImage, 'at'>

/**
 * `name`: of the pod. `isNode`: its process is one of Node that the host begins. `folders`, `files`: what of the host it may write in
 * beside its storage; they are made. `read`: what it may read beside its code.
 */
export type Apart = {
  name: string
  isNode: boolean
  isolate: Isolate
  image: OfImage | undefined
  cwd: string
  folders?: readonly string[]
  read?: readonly string[]
  files?: readonly string[]
  /** Whether it becomes another user within. */
  isForUser?: boolean
  /** Path and id of the run. */
  key: string
  /** How many sockets it is born with; default: none. */
  sockets?: number
  /** Whether its stdin stays open. */
  hasStdin?: boolean
}

export function isApart(isolate: Isolate | undefined): isolate is Isolate {
  return isolate !== undefined && isolate.by !== 'process'
}

/** The flags of Node, and what stands before its command line; with `contained`, that follows from its variables. */
export type KeptApart = { flags: string[]; before: readonly string[]; contained?: Contained }

/** @throws {P8aError} `start_failed`, and the system's errors */
export async function keptApart(place: Place, apart: Apart): Promise<KeptApart> {
  const { by } = apart.isolate
  if (by === 'process') return { flags: [], before: [] }
  // A pod.json that was edited by hand has not been checked at a start.
  if (by === 'permission' && !apart.isNode)
    throw new P8aError('start_failed', 'isolate "permission" holds nothing here: its process is not one of Node', {
      hint: 'Use "sandbox", which holds any program',
    })
  const view = await viewOf(place, apart)
  if (by === 'permission')
    return {
      flags: permissionFlags(apart.isolate, view, flag => process.allowedNodeEnvironmentFlags.has(flag)),
      before: [],
    }
  if (by === 'sandbox')
    return {
      flags: [],
      before: sandboxPrefix(apart.isolate, view, { there: foldersToHide(), isForUser: apart.isForUser ?? false }),
    }
  await mkdir(place.paths.containers, { recursive: true, mode: 0o700 })
  const { containedIn } = await import('./contained.ts')
  return { flags: [], before: [], contained: await containedIn(view, apart) }
}

/** The folder of the socket at which a run that is kept apart is called: nobody else may make anything there. */
export function ownCallFolder(paths: Pick<DataPaths, 'calls'>, ticket: string): string {
  return callSocket(paths, ticket)
}

/** Where a run is called: in a folder of its own, if it was given one. */
export async function callSocketOf(paths: Pick<DataPaths, 'calls'>, ticket: string): Promise<string> {
  const socket = callSocket(paths, ticket)
  const isFolder = (await stat(socket).catch(() => undefined))?.isDirectory() ?? false
  return isFolder ? join(socket, 's') : socket
}

async function viewOf(
  { paths, shim }: Place,
  { name, isolate, image, cwd, folders = [], read = [], files = [] }: Apart,
): Promise<View> {
  for (const folder of [...folders, paths.calls, paths.doors]) await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const file of files) await (await openPlain(file, { for: 'append' })).close()
  const { storage } = paths.pod(name)
  return {
    data: dirname(paths.linkSocket),
    cwd,
    // Node asks for the file that a link leads to.
    read: [
      // An image of an engine has a Node of its own.
      ...(isolate.image === undefined ? programFolders(shim) : []),
      dirname(await realpath(shim.file)),
      ownFolder(),
      paths.doors,
      paths.calls,
      ...imageFolders(paths, image),
      ...read,
    ],
    write: [storage, ...folders, ...files],
  }
}

function imageFolders(paths: DataPaths, image: OfImage | undefined): string[] {
  if (!image) return []
  return [image.at ?? paths.image(image.hash)]
}
