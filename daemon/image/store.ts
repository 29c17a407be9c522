// `images/<sha256>/`: pushed content, immutable, and what is known about it. All pods with the same content share a
// folder.
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { configSchema } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { parseState, saveError, stateText, syncDirectory } from '../store/state-file.ts'
import type { DataPaths } from '../system/paths.ts'
import { openPlain, readPlain } from '../system/plain-file.ts'
import type { Inspected } from './inspect.ts'
import { removeSealed } from './seal.ts'
import { startsSchema } from './starts.ts'

/** More than is known about any image. */
const maxKnownBytes = 64 * 1024 * 1024

const known = {
  v: v.literal(1),
  hash: v.string(),
  size: v.number(),
  kind: v.picklist(['service', 'script']),
  exports: v.array(v.string()),
  config: configSchema,
  file: v.string(),
}
const fileSchema = v.object({
  ...known,
  format: v.picklist(['esm', 'cjs', 'script']),
  /** Of a script that is kept up: the command line that starts it; without one, it is started itself. */
  command: v.optional(v.string()),
  /** sha256 of its code, where that is not its name. */
  code: v.optional(v.string()),
})
const folderSchema = v.object({
  ...known,
  format: v.literal('folder'),
  starts: startsSchema,
  /** Where it lies, if it was not copied. */
  at: v.optional(v.string()),
  /** Where in it the pushed folder is, if it is the workspace around that. */
  within: v.optional(v.string()),
  /** It is one program with what it loads, and no folder of a person: it starts in the storage of the pod. */
  isProgram: v.optional(v.boolean()),
  /** The installation that it shares with other versions, by its key. */
  installed: v.optional(v.string()),
})
const imageSchema = v.variant('format', [fileSchema, folderSchema])

export type FileImage = v.InferOutput<typeof fileSchema>
export type FolderImage = v.InferOutput<typeof folderSchema>
export type Image = FileImage | FolderImage

/** The name an image's content goes by: sha256 of its code, hex. */
export function hashOf(code: string | Buffer): string {
  return createHash('sha256').update(code).digest('hex')
}

/** Whether it is written as the name of an image's content. */
export function isHash(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name)
}

/** What is known about it before it is stored. */
export type NewImage = Omit<FileImage, 'v'> | Omit<FolderImage, 'v'>

function mainName(format: FileImage['format']): string {
  return { esm: 'main.mjs', cjs: 'main.cjs', script: 'main' }[format]
}

/** The file of the code of an image that is one file. */
export function mainFile(paths: DataPaths, image: Pick<FileImage, 'hash' | 'format'>): string {
  return join(paths.image(image.hash), mainName(image.format))
}

/** The folder of an image that is one. */
export function folderOf(paths: DataPaths, image: Pick<FolderImage, 'hash' | 'at' | 'within'>): string {
  return image.at ?? join(paths.image(image.hash), 'tree', image.within ?? '')
}

/** Whether it is started with arguments, as a program is that was not written for p8a. */
export function takesArguments({ format }: Pick<Image, 'format'>): boolean {
  return format === 'folder' || format === 'script'
}

/** Where the programs of the packages of an image are, the nearest first. */
export function binFoldersOf(paths: DataPaths, image: Pick<FolderImage, 'hash' | 'at' | 'within'>): string[] {
  if (image.at !== undefined) return [join(image.at, 'node_modules', '.bin')]
  return binFolders(join(paths.image(image.hash), 'tree'), image.within)
}

/** @param within a folder in it, relative */
export function binFolders(root: string, within = ''): string[] {
  const parts = within === '' ? [] : within.split('/')
  const folders = parts.map((_, index) => join(root, ...parts.slice(0, parts.length - index)))
  return [...folders, root].map(folder => join(folder, 'node_modules', '.bin'))
}

/** What is stored of an image beside what is known about it. */
export type Content =
  | { code: string | Buffer; map?: string }
  /** Puts the rest into the folder of the image; `discard`: throws away what was not put there. */
  | { fill: (folder: string) => Promise<void>; discard: () => Promise<void> }

let lastTemporary = 0

/**
 * Stores an image in one step: afterwards it is on the disk as a whole, or not at all.
 * @throws {P8aError} `no_space`, `save_failed`
 */
export async function saveImage(paths: DataPaths, image: NewImage, content: Content): Promise<void> {
  const final = paths.image(image.hash)
  const temporary = join(paths.images, `.new-${image.hash}-${++lastTemporary}`)
  try {
    await mkdir(temporary, { recursive: true, mode: 0o700 })
    if ('fill' in content) await content.fill(temporary)
    else if (image.format !== 'folder') await writeCode(temporary, image.format, content)
    await writeSynced(join(temporary, 'image.json'), stateText({ v: 1, ...image }))
    await syncDirectory(temporary)
    await putInPlace(paths, { temporary, image })
    await syncDirectory(paths.images)
  } catch (error) {
    throw saveError(final, error)
  } finally {
    // If it cannot be removed now, the next host removes it.
    await removeSealed(temporary).catch(() => {})
  }
}

async function writeCode(
  folder: string,
  format: FileImage['format'],
  { code, map }: { code: string | Buffer; map?: string },
): Promise<void> {
  const main = mainName(format)
  const text = map === undefined ? code : `${code}\n//# sourceMappingURL=${main}.map\n`
  await writeSynced(join(folder, main), text, format === 'script' ? 0o700 : 0o600)
  if (map !== undefined) await writeSynced(join(folder, `${main}.map`), map)
}

/** The same content may be there already, pushed by another pod or at the same moment; a damaged copy is replaced. */
async function putInPlace(
  paths: DataPaths,
  { temporary, image }: { temporary: string; image: NewImage },
): Promise<void> {
  const final = paths.image(image.hash)
  if (await isWhole(paths, image)) return
  try {
    await rename(temporary, final)
  } catch {
    // Something is there: a damaged copy, or a good one that another push has put there at the same moment.
    if (await isWhole(paths, image)) return
    await removeSealed(final)
    await rename(temporary, final)
  }
}

/** Whether an image is there with everything that a run needs. */
export async function isWhole(paths: DataPaths, image: NewImage): Promise<boolean> {
  try {
    const { size } = await readImage(paths, image.hash)
    // It is made whole in one step, and nobody may write in it. Its packages may lie elsewhere.
    if (image.format === 'folder') return await hasPackages(paths, image)
    // The link to the source map follows the code.
    const handle = await openPlain(mainFile(paths, image))
    const code = await handle.readFile().finally(() => handle.close())
    return createHash('sha256').update(code.subarray(0, size)).digest('hex') === (image.code ?? image.hash)
  } catch {
    // Whatever is wrong with it, it has to be stored again.
    return false
  }
}

async function hasPackages(
  paths: DataPaths,
  { hash, installed, at }: NewImage & { format: 'folder' },
): Promise<boolean> {
  if (installed === undefined || at !== undefined) return true
  const places = [join(paths.image(hash), 'tree', 'node_modules'), join(paths.installed, installed)]
  const found = await Promise.all(places.map(place => stat(place).catch(() => undefined)))
  return found.some(stats => stats?.isDirectory())
}

async function writeSynced(file: string, content: string | Buffer, mode = 0o600): Promise<void> {
  const handle = await open(file, 'w', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What is known about an image. @throws {P8aError} `state_broken` if it is missing or unreadable */
export async function readImage(paths: DataPaths, hash: string): Promise<Image> {
  const file = join(paths.image(hash), 'image.json')
  const text = await readPlain(file, { maxBytes: maxKnownBytes }).catch((error: NodeJS.ErrnoException) => {
    throw new P8aError(
      'state_broken',
      `Cannot read image ${hash.slice(0, 12)}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
      {
        hint: 'Push the pod again',
        facts: { file },
        cause: error,
      },
    )
  })
  return parseState(file, text, imageSchema)
}

/** The image of a pushed file, from what was read in it. */
export function describeImage(code: string, inspected: Inspected, file: string): Omit<FileImage, 'v'> {
  return { hash: hashOf(code), size: Buffer.byteLength(code), kind: 'service', file, ...inspected }
}

/** The image of a pushed script, which is not read. */
export function describeScript(content: Buffer, file: string): Omit<FileImage, 'v'> {
  const known = { hash: hashOf(content), size: content.length, file } as const
  return { ...known, kind: 'script', format: 'script', exports: [], config: {} }
}

/** The image of a script that is kept up as a service. The same script may be pushed to be run now and then. */
export function describeKeptScript(
  content: Buffer,
  { file, command }: { file: string; command: string | undefined },
): Omit<FileImage, 'v'> {
  const { hash: code, ...known } = describeScript(content, file)
  const hash = hashOf(JSON.stringify(['kept', code, command]))
  return { ...known, hash, code, kind: 'service', ...(command !== undefined && { command }) }
}

/** Removes images that no pod uses. If one cannot be removed now, the next host removes it. */
export async function removeImages(paths: DataPaths, hashes: Iterable<string>): Promise<void> {
  await Promise.all([...hashes].map(hash => removeSealed(paths.image(hash)).catch(() => {})))
}

/** Removes what a crash left half-made. @returns the hashes of those that exist */
export async function removeHalfMadeImages(paths: DataPaths): Promise<string[]> {
  const names = await readdir(paths.images)
  const halfMade = names.filter(name => name.startsWith('.new-'))
  await Promise.all(halfMade.map(name => removeSealed(join(paths.images, name))))
  return names.filter(isHash)
}
