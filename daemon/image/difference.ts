// What differs between two images: files, policy, exports, what is started, and the lines of texts.
import { isDeepStrictEqual } from 'node:util'
import type { FileChange, VersionDiff } from '../../protocol/words-version.ts'
import type { DataPaths } from '../system/paths.ts'
import { openPlain } from '../system/plain-file.ts'
import { filesOf, type ImageFile } from './files-of.ts'
import type { Image } from './store.ts'

/** Files beyond these are not compared line by line, and no longer than this each. */
const maxTextBytes = 256 * 1024
const lineDiffMs = 200
/** How many files are looked at. */
const mostFiles = 20_000

/** @param options.maxBytes how long the patch may be @throws {P8aError} `state_broken` if an image cannot be read */
export async function differenceOf(
  paths: DataPaths,
  { from, to }: { from: Image; to: Image },
  { maxBytes }: { maxBytes: number },
): Promise<Omit<VersionDiff, 'from' | 'to'>> {
  const before = await filesOf(paths, from, mostFiles)
  const after = await filesOf(paths, to, mostFiles)
  const files: FileChange[] = []
  let [patch, isCut] = ['', false]
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [one, other] = [before.get(path), after.get(path)]
    if (one && other && (await isSame(one, other))) continue
    files.push(changeOf(path, one, other))
    if (isCut) continue
    const lines = await linesOf(path, one, other)
    if (patch.length + lines.length > maxBytes) isCut = true
    else patch += lines
  }
  return {
    files,
    config: changedKeys(from.config, to.config),
    ...(isDeepStrictEqual(startsOf(from), startsOf(to)) ? {} : { starts: { from: startsOf(from), to: startsOf(to) } }),
    exports: {
      added: to.exports.filter(name => !from.exports.includes(name)),
      removed: from.exports.filter(name => !to.exports.includes(name)),
    },
    patch,
    isCut,
  }
}

function changeOf(path: string, one: ImageFile | undefined, other: ImageFile | undefined): FileChange {
  if (!one) return { path, change: 'added', size: other?.size ?? 0 }
  if (!other) return { path, change: 'removed', size: one.size }
  return { path, change: 'changed', size: other.size, before: one.size }
}

/** The keys of a policy that are others, with what each was and is. */
export function changedKeys(from: object, to: object): VersionDiff['config'] {
  const [before, after] = [new Map(Object.entries(from)), new Map(Object.entries(to))]
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter(key => !isDeepStrictEqual(before.get(key), after.get(key)))
    .map(key => ({
      key,
      ...(before.has(key) && { from: before.get(key) }),
      ...(after.has(key) && { to: after.get(key) }),
    }))
}

function startsOf(image: Image): string {
  if (image.format !== 'folder') return image.format === 'script' ? (image.command ?? image.file) : image.file
  const { starts } = image
  return starts.how === 'command' ? starts.command : [starts.entry, ...starts.args].join(' ')
}

async function isSame(one: ImageFile, other: ImageFile): Promise<boolean> {
  if (one.id === other.id) return true
  if (one.size !== other.size) return false
  const [mine, theirs] = [await openPlain(one.at), await openPlain(other.at)]
  try {
    const [a, b] = [Buffer.alloc(64 * 1024), Buffer.alloc(64 * 1024)]
    for (let at = 0; at < one.size; at += a.length) {
      const length = Math.min(a.length, one.size - at)
      await Promise.all([mine.read(a, 0, length, at), theirs.read(b, 0, length, at)])
      if (!a.subarray(0, length).equals(b.subarray(0, length))) return false
    }
    return true
  } finally {
    await Promise.all([mine.close(), theirs.close()])
  }
}

/** As `diff -u` shows it; one line where there is no text to compare. */
async function linesOf(path: string, one: ImageFile | undefined, other: ImageFile | undefined): Promise<string> {
  const [before, after] = [await textOf(one), await textOf(other)]
  if (before === undefined || after === undefined) return `Binary or large files differ: ${path}\n`
  const { createTwoFilesPatch } = await import('diff')
  const [from, to] = [one ? `a/${path}` : '/dev/null', other ? `b/${path}` : '/dev/null']
  const made = createTwoFilesPatch(from, to, before, after, undefined, undefined, { timeout: lineDiffMs })
  return made === undefined ? `Files differ in too many lines: ${path}\n` : made.replace(/^=+\n/, '')
}

/** Undefined where it is no text, or too long. */
async function textOf(file: ImageFile | undefined): Promise<string | undefined> {
  if (!file) return ''
  if (file.size > maxTextBytes) return undefined
  const handle = await openPlain(file.at)
  try {
    const bytes = Buffer.alloc(file.size)
    await handle.read(bytes, 0, file.size, 0)
    return bytes.includes(0) ? undefined : bytes.toString('utf8')
  } finally {
    await handle.close()
  }
}
