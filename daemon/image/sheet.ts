// The sheet of an image, by which another host can have it: its files by their hashes, and what a push of it says beside them.
import { lstat, readdir, readlink, realpath } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import { codeName, type ImageSheet, mapName, type platformSchema } from '../../protocol/image.ts'
import { leadsOut, type Tree } from '../../protocol/tree.ts'
import type { DataPaths } from '../system/paths.ts'
import { openPlain } from '../system/plain-file.ts'
import { describeFolder } from './folder.ts'
import { ensurePackages } from './packages.ts'
import { seedsName } from './seeds.ts'
import { hashOfFile } from './shared-files.ts'
import { type FolderImage, type Image, mainFile } from './store.ts'

export type Platform = v.InferOutput<typeof platformSchema>

/** What native addons that were built here are for. */
export function ownPlatform(): Platform {
  return { platform: process.platform, arch: process.arch, modules: process.versions.modules }
}

/** How long a part of the bytes of a file is. */
const partBytes = 4 * 1024 * 1024

type Sheet = Pick<ImageSheet, 'hash' | 'size' | 'holds' | 'file' | 'push' | 'files'>

/** @throws {P8aError} `unsupported` for what cannot be elsewhere, `state_broken` */
export async function sheetOf(paths: DataPaths, image: Image): Promise<Sheet> {
  const { hash, size, file } = image
  if (image.format !== 'folder') return { hash, size, file, holds: 'code', ...(await codeSheet(paths, image)) }
  refuseLinked(image)
  await ensurePackages(paths, image)
  const files = await treeOf(paths, image)
  return { hash, size, file, holds: 'folder', files, push: await folderPush(paths, image, files) }
}

/**
 * A part of the bytes of a file of a sheet, and how many it has in all.
 * @throws {P8aError} `file_not_found`, `unsupported`
 */
export async function partOf(
  paths: DataPaths,
  image: Image,
  { file, offset }: { file: string; offset: number },
): Promise<{ bytes: Buffer; size: number }> {
  const at = await placeOf(paths, image, file).catch(cause => {
    throw noSuchFile(image, file, cause)
  })
  const end = image.format !== 'folder' && file === codeName ? image.size : undefined
  const handle = await openPlain(at)
  try {
    const size = end ?? (await handle.stat()).size
    const length = Math.max(0, Math.min(partBytes, size - offset))
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
    return { bytes: buffer.subarray(0, bytesRead), size }
  } finally {
    await handle.close()
  }
}

async function codeSheet(paths: DataPaths, image: Exclude<Image, FolderImage>): Promise<Pick<Sheet, 'files' | 'push'>> {
  const files: Tree = [{ path: codeName, hash: image.code ?? image.hash, size: image.size }]
  const map = `${mainFile(paths, image)}.map`
  const stats = await lstat(map).catch(() => undefined)
  if (stats) files.push({ path: mapName, hash: await hashOfFile(map), size: stats.size })
  const kind = image.format === 'script' ? { kind: image.kind } : {}
  return { files, push: { ...kind, ...(image.command !== undefined && { command: image.command }) } }
}

/** The tree as it was when its writable parts were in it. */
async function treeOf(paths: DataPaths, image: FolderImage): Promise<Tree> {
  const root = join(paths.image(image.hash), 'tree')
  const own = writableOf(image)
  const tree = (await walk(root, '')).filter(({ path }) => !own.includes(path))
  const seeds = await walk(join(paths.image(image.hash), seedsName), image.within ?? '')
  const whole = [...tree, ...seeds].sort((a, b) => (a.path < b.path ? -1 : 1))
  const outside = whole.find(entry => 'link' in entry && leadsOut(entry))
  if (!outside) return whole
  throw new P8aError(
    'unsupported',
    `Cannot take the image elsewhere: its link ${JSON.stringify(outside.path)} leads out of it`,
    { hint: 'Push its source there', facts: { hash: image.hash, file: outside.path } },
  )
}

/** What its runs write in, relative to the tree: links to the storage of its pod are there. */
function writableOf({ within = '', config }: FolderImage): string[] {
  return (config.writable ?? []).map(path => join(within, path))
}

async function walk(root: string, prefix: string): Promise<Tree> {
  const found: Tree = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(ignoreMissing)
    for (const entry of entries) {
      const at = join(folder, entry.name)
      const path = join(prefix, at)
      if (entry.isDirectory()) waiting.push(at)
      else if (entry.isSymbolicLink()) found.push({ path, link: await readlink(join(root, at)) })
      else if (entry.isFile()) {
        const { size, mode } = await lstat(join(root, at))
        const hash = await hashOfFile(join(root, at))
        found.push({ path, hash, size, ...((mode & 0o111) > 0 && { x: true as const }) })
      }
    }
  }
  return found
}

/** What the folder does not say of itself, and whoever pushed it did. */
async function folderPush(paths: DataPaths, image: FolderImage, files: Tree): Promise<Sheet['push']> {
  const root = join(paths.image(image.hash), 'tree')
  const { within, isProgram, starts, config } = image
  const own = await describeFolder(join(root, within ?? ''), {}, root).catch(() => undefined)
  const { writable } = config
  return {
    ...chosenOf(starts, own?.starts),
    ...(within !== undefined && { within }),
    ...(isProgram !== undefined && { isProgram }),
    ...(writable !== undefined && writable.length > 0 && { writable }),
    ...(files.some(({ path }) => path.endsWith('.node')) && { builtFor: ownPlatform() }),
  }
}

function chosenOf(starts: FolderImage['starts'], own: FolderImage['starts'] | undefined): Sheet['push'] {
  if (starts.how === 'command') {
    const isOwn = own?.how === 'command' && own.command === starts.command
    return isOwn ? {} : { command: starts.command }
  }
  const { entry, args } = starts
  if (own?.how !== 'program' || own.entry !== entry) return { entry, ...(args.length > 0 && { args }) }
  const added = args.slice(own.args.length)
  return added.length > 0 ? { args: added } : {}
}

async function placeOf(paths: DataPaths, image: Image, file: string): Promise<string> {
  if (image.format !== 'folder') {
    if (file !== codeName && file !== mapName) throw new Error('no such file')
    return file === codeName ? mainFile(paths, image) : `${mainFile(paths, image)}.map`
  }
  refuseLinked(image)
  const folder = paths.image(image.hash)
  const own = writableOf(image).some(path => file === path || file.startsWith(`${path}/`))
  const root = await realpath(join(folder, own ? seedsName : 'tree'))
  const at = join(root, own ? relative(image.within ?? '', file) : file)
  // A link that a build made may lead anywhere.
  if ((await realpath(at)) !== at) throw new Error('it lies behind a link')
  return at
}

function refuseLinked({ at, hash }: FolderImage): void {
  if (at === undefined) return
  throw new P8aError('unsupported', `Cannot take the image elsewhere: its folder is used where it is, ${at}`, {
    hint: 'Push that folder without --link, or to the other host',
    facts: { hash, folder: at },
  })
}

function noSuchFile({ hash }: Image, file: string, cause: unknown): unknown {
  if (cause instanceof P8aError) return cause
  return new P8aError('file_not_found', `Image ${hash.slice(0, 12)} has no file ${JSON.stringify(basename(file))}`, {
    hint: 'image.show names those that it has',
    facts: { hash, file },
    cause,
  })
}

function ignoreMissing(error: NodeJS.ErrnoException): [] {
  if (error.code !== 'ENOENT') throw error
  return []
}
