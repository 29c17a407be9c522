// Reads and writes JSON state files: written whole (temporary file, fsync, rename), read whole and checked. It knows
// nothing of what the files say. The only writer of state.
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import type { DataPaths } from '../system/paths.ts'
import { isLink, isMissing, isThere, readPlain } from '../system/plain-file.ts'
import { checkUnsealed } from '../system/seal.ts'

/**
 * Writes `value` to `file` in one step.
 * @param options.durable whether it must survive a power cut, not only the death of a process
 * @throws {P8aError} `no_space`, `save_failed`; what was there before is there then
 */
export async function writeState(file: string, value: unknown, { durable }: { durable: boolean }): Promise<void> {
  const text = stateText(value)
  // What is not durable cannot fail once it is in its place.
  const before = durable ? await textBefore(file) : undefined
  try {
    await replaceFile(file, text, { durable })
  } catch (error) {
    if (before) await takeBack(file, { refused: text, before: before.text })
    throw saveError(file, error)
  }
}

/** Undefined where it cannot be read now: then it cannot be put back. */
async function textBefore(file: string): Promise<{ text: string | undefined } | undefined> {
  try {
    return { text: await readStateText(file) }
  } catch {
    return undefined
  }
}

/** Makes a folder of state, if there is none. @throws {P8aError} `no_space`, `save_failed` */
export async function makeStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw saveError(folder, error)
  }
}

let lastTemporary = 0

/**
 * Writes `text` in one step: the file is the old one or the new one, whole. (write-file-atomic takes a write that a
 * full disk cut short for a whole one, and leaves half a file.)
 * @throws the system's error, or an error that a link is there: it would lead elsewhere
 */
export async function replaceFile(file: string, text: string, { durable }: { durable: boolean }): Promise<void> {
  if (durable && (await isLink(file))) throw new Error('it is a link')
  const temporary = `${file}.${++lastTemporary}.tmp`
  try {
    await writeFile(temporary, text, { mode: 0o600, flush: durable })
    checkUnsealed()
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (durable) await syncDirectory(dirname(file))
}

/**
 * Puts back the text that a file had before a failed save, if the save came so far as to replace it: a refused text
 * must not be found there later. It does what it can; the disk may allow nothing.
 * @param texts.before undefined: there was no such file
 */
async function takeBack(file: string, texts: { refused: string; before: string | undefined }): Promise<void> {
  try {
    if ((await readFile(file, 'utf8')) !== texts.refused) return
    if (texts.before === undefined) await rm(file)
    else await replaceFile(file, texts.before, { durable: false })
  } catch {
    // Then the text counts as an edit, and the next status shows it.
  }
}

/** The text that `writeState` writes for a value. */
export function stateText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

/** A renamed file survives a power cut only once its directory is on the disk too. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The error of a failed save. A full disk has a code of its own, since it passes. */
export function saveError(file: string, cause: unknown): P8aError {
  const code = (cause as NodeJS.ErrnoException)?.code
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return new P8aError(
    isFull ? 'no_space' : 'save_failed',
    `Cannot save ${file}: ${isFull ? 'the disk is full' : message(cause)}`,
    {
      hint: isFull
        ? 'Free some space and try again; nothing has changed'
        : "Check the rights and the health of the data directory's disk; nothing has changed",
      facts: { file, ...(code === undefined ? {} : { system: code }) },
      cause,
    },
  )
}

/** An error of the system while `file` is made, as {@link saveError}; any other error as it is. */
export function asSaveError(file: string, error: unknown): unknown {
  return (error as NodeJS.ErrnoException)?.errno === undefined ? error : saveError(file, error)
}

/** More than a host ever writes: a request fits into one line of the wire. */
const maxStateBytes = 200 * 1024 * 1024

/**
 * The text of a state file, or undefined if there is none. A link does not count: it could lead anywhere, and writes
 * would go there too.
 * @param options.mayBeLink for a file that is only read once it exists
 * @throws {P8aError} `state_broken` if something is there that cannot be read
 */
export async function readStateText(file: string, options: { mayBeLink?: boolean } = {}): Promise<string | undefined> {
  try {
    return await readPlain(file, { ...options, maxBytes: maxStateBytes })
  } catch (error) {
    // If too many files are open, opening a missing file fails with the same error.
    if (isMissing(error) || !(await isThere(file))) return undefined
    throw broken(file, message(error), error)
  }
}

/**
 * The names in a folder of state; none if there is no such folder.
 * @throws {P8aError} `state_broken` if something is there that cannot be read
 */
export async function readStateFolder(folder: string): Promise<string[]> {
  if (await isLink(folder)) throw broken(folder, 'it is a link')
  return await readNames(folder)
}

/** As {@link readStateFolder}, for a folder that may be a link. What cannot be read for a moment is not empty. */
export async function readNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw broken(folder, message(error), error)
  }
}

/**
 * Parses the text of a state file.
 * @throws {P8aError} `state_broken`, naming the file
 */
export function parseState<S extends v.GenericSchema>(file: string, text: string, schema: S): v.InferOutput<S> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw broken(file, `it is not JSON (${message(error)})`)
  }
  const version = (value as { v?: unknown } | null)?.v
  if (typeof version === 'number' && version > 1) {
    throw broken(file, `a newer p8a wrote it (version ${version}); this one reads version 1`)
  }
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  throw broken(file, `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`)
}

/** Removes what interrupted writes left of the state of a host; that of its pods is looked at with them. */
export async function removeHalfWrittenOf({
  data,
  hookPlaces,
  profiles,
}: Pick<DataPaths, 'data' | 'hookPlaces' | 'profiles'>): Promise<void> {
  await Promise.all([data, hookPlaces, profiles].map(removeHalfWritten))
}

/** Removes what interrupted writes left in a folder. Nobody may write there now. */
export async function removeHalfWritten(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const halfWritten = names.filter(name => /^(.+\.json|token|certificate\.pem)\.\d+(\.tmp)?$/.test(name))
  await Promise.all(halfWritten.map(name => rm(join(folder, name), { force: true })))
}

/** Renames a broken file, so that a new one never overwrites it. @throws {P8aError} `no_space`, `save_failed` */
export async function putAside(file: string, nowMs: number): Promise<string> {
  const aside = `${file}.broken-${new Date(nowMs).toISOString().replaceAll(':', '')}`
  await rename(file, aside).catch(error => {
    throw saveError(file, error)
  })
  return aside
}

/**
 * Whether the system failed, for example with too many open files, and the file itself may be right: that may pass.
 */
export function isPassing(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
  return code !== undefined && !['ELOOP', 'ENXIO', 'EISDIR', 'ENOENT', 'ENOTDIR'].includes(code)
}

function broken(file: string, why: string, cause?: unknown): P8aError {
  return new P8aError('state_broken', `Cannot read ${file}: ${why}`, {
    hint: [
      { text: 'Repair the file; the host reads it again as soon as it changes' },
      { text: 'or remove the pod', do: { verb: 'remove', args: ['NAME'], options: { force: true } } },
    ],
    facts: { file },
    ...(cause === undefined ? {} : { cause }),
  })
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
