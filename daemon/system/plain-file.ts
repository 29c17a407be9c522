// Opens files and makes folders in the data directory. Somebody may have put something else in their place: a link,
// which could lead anywhere, or a pipe, whose opening would block one of the few threads that read files.
import { closeSync, openSync, type Stats } from 'node:fs'
import { constants, type FileHandle, lstat, mkdir, open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const { O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants

const flagsOf = {
  read: O_RDONLY,
  append: O_WRONLY | O_CREAT | O_APPEND,
  /** The content stays, and is written over. */
  change: O_WRONLY | O_CREAT,
  anew: O_WRONLY | O_CREAT | O_TRUNC,
}

export type PlainOptions = {
  for?: keyof typeof flagsOf
  /** For a file that people may keep elsewhere. */
  mayBeLink?: boolean
}

/** While too many files are open, a file cannot be opened; others are closed soon. */
const fullTries = 20
const fullMs = 50

/**
 * Opens a plain file.
 * @throws the system's error, whose message is "it is a link" or "it is not a file" if something else is there
 */
export async function openPlain(file: string, options: PlainOptions = {}): Promise<FileHandle> {
  const flags = flagsOf[options.for ?? 'read'] | O_NONBLOCK | (options.mayBeLink ? 0 : O_NOFOLLOW)
  const handle = await openPatiently(file, flags)
  try {
    if ((await handle.stat()).isFile()) return handle
    throw new Error('it is not a file')
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openPatiently(file: string, flags: number): Promise<FileHandle> {
  for (let tries = 1; ; tries++) {
    try {
      return await open(file, flags, 0o600)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ELOOP') throw Object.assign(new Error('it is a link', { cause: error }), { code })
      // A pipe that nobody reads, a socket, or a folder that should be written.
      if (code === 'ENXIO' || code === 'EISDIR')
        throw Object.assign(new Error('it is not a file', { cause: error }), { code })
      if ((code !== 'EMFILE' && code !== 'ENFILE') || tries === fullTries) throw error
      await delay(fullMs)
    }
  }
}

/**
 * The number of the next descriptor; undefined where none can be had now.
 * @param file one that is on no disk: nothing is waited for
 */
export function nextDescriptor(file: string): number | undefined {
  try {
    const fd = openSync(file, 'r')
    closeSync(fd)
    return fd
  } catch {
    return undefined
  }
}

/** The text of a plain file. @throws as {@link openPlain}, and if it has more than `maxBytes` */
export async function readPlain(file: string, options: PlainOptions & { maxBytes: number }): Promise<string> {
  const handle = await openPlain(file, options)
  try {
    return await readOpened(handle, options)
  } finally {
    await handle.close()
  }
}

/** The text of a file that was opened. @throws {Error} if it has more than `maxBytes` */
export async function readOpened(handle: FileHandle, { maxBytes }: { maxBytes: number }): Promise<string> {
  const { size } = await handle.stat()
  if (size > maxBytes) throw new Error(`it has ${size} bytes, the limit is ${maxBytes}`)
  return await handle.readFile('utf8')
}

/**
 * Makes a folder that only the owner can read, if there is none.
 * @throws the system's error, or an error that it is a link
 */
export async function makeFolder(folder: string): Promise<void> {
  // Mostly it is there, and to look is cheaper than to make it.
  if (await isFolder(folder)) return
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await isFolder(folder)
}

/** @throws the system's error, or an error that it is a link */
async function isFolder(path: string): Promise<boolean> {
  const found = await lookAt(path)
  if (found?.isSymbolicLink()) throw new Error(`${path} is a link, and could lead out of the data directory`)
  return found?.isDirectory() ?? false
}

export async function isLink(path: string): Promise<boolean> {
  return (await lookAt(path))?.isSymbolicLink() ?? false
}

async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Whether something is there, also where that cannot be seen now. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    return !isMissing(error)
  }
}

/** Whether an error says that there is no such file; a file in the place of its folder counts too. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
