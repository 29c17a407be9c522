// An image as one file: a line of JSON with its sheet and the digest of that, and then the bytes of its files, equal ones once, in the
// order of the sheet.
import { randomUUID } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import { type ImageSheet, sheetDigest, sheetSchema } from '../../protocol/image.ts'
import type { TreeFile } from '../../protocol/tree.ts'
import { patientParts } from '../argv/patient-read.ts'
import { checkedParts, filesOnce, type ImageSource } from './source.ts'
import { spool } from './spool.ts'

/** The version of the format. */
const format = 1
const firstBytes = '{"p8a":"image"'
const headSchema = v.object({ p8a: v.literal('image'), v: v.number(), digest: v.string(), sheet: v.unknown() })
/** More than the sheet of any image that a host takes. */
const maxHeadBytes = 128 * 1024 * 1024
const readBytes = 1024 * 1024

/**
 * What is there by that name is replaced by the whole image, at the end of a link too; a pipe or a device is written to.
 * @returns how many bytes it has
 * @throws {P8aError} `bad_image`, `save_failed`
 */
export async function writeImageFile(source: ImageSource, file: string): Promise<number> {
  try {
    const there = await stat(file).catch(() => undefined)
    if (there?.isDirectory()) throw new Error('it is a folder: name a file in it')
    if (there && !there.isFile()) return await writeImage(source, file, 'w')
    return await replace(source, there ? await realpath(file) : file)
  } catch (error) {
    throw error instanceof P8aError ? error : cannotSave(file, error)
  }
}

async function replace(source: ImageSource, file: string): Promise<number> {
  // Of one's own: others may write into the folder, and two may export at once.
  const temporary = `${file}.${randomUUID().slice(0, 8)}.part`
  try {
    const size = await writeImage(source, temporary, 'wx')
    await rename(temporary, file)
    return size
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function writeImage(source: ImageSource, file: string, flags: 'w' | 'wx'): Promise<number> {
  const handle = await open(file, flags, 0o600)
  try {
    let size = 0
    for await (const part of imageParts(source)) {
      await handle.writeFile(part)
      size += part.length
    }
    if ((await handle.stat()).isFile()) await handle.sync()
    return size
  } finally {
    await handle.close()
  }
}

/** The file, part by part. @throws {P8aError} `bad_image` where a file is not what the sheet says */
export async function* imageParts(source: ImageSource): AsyncGenerator<Buffer> {
  const { sheet } = source
  yield Buffer.from(`${JSON.stringify({ p8a: 'image', v: format, digest: sheetDigest(sheet), sheet })}\n`)
  for (const file of filesOnce(sheet)) yield* checkedParts(source, file)
}

/**
 * Reads an image, whole once before any of it is used; `-` is stdin.
 * @throws {P8aError} `file_not_found`; `bad_image` for another file, and for one that was cut off or damaged; `timeout` for a pipe from
 * which nothing comes
 */
export async function withImageFile<T>(path: string, work: (source: ImageSource) => Promise<T>): Promise<T> {
  const file = path === '-' ? 'stdin' : path
  const handle = await openImage(path).catch(cause => {
    if (cause instanceof P8aError) throw cause
    throw new P8aError(
      'file_not_found',
      `Cannot read ${file}: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}`,
      {
        facts: { file },
        cause,
      },
    )
  })
  try {
    const { sheet, start } = await readHead(handle, file)
    const source = { sheet, parts: partsIn(handle, { start, files: filesOnce(sheet) }) }
    await checkLength(handle, { file, sheet, start })
    for (const one of filesOnce(sheet)) for await (const _ of checkedParts(source, one));
    return await work(source)
  } finally {
    await handle.close()
  }
}

async function openImage(path: string): Promise<FileHandle> {
  if (path === '-') return await spool(checkedBegin(process.stdin, 'stdin'))
  if (!(await stat(path)).isFIFO()) return await open(path)
  return await spool(checkedBegin(patientParts(path), path))
}

/** Whatever else comes by a pipe may have no end: it is known by its first bytes. */
async function* checkedBegin(parts: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  let start = Buffer.alloc(0)
  for await (const part of parts) {
    if (start.length < firstBytes.length) {
      start = Buffer.concat([start, part])
      if (!beginsAsImage(start)) throw otherThan(file)
    }
    yield part
  }
}

async function readHead(handle: FileHandle, file: string): Promise<{ sheet: ImageSheet; start: number }> {
  const other = (cause?: unknown) => otherThan(file, cause)
  if (!(await handle.stat()).isFile()) throw other()
  const parts: Buffer[] = []
  for (let at = 0; at < maxHeadBytes; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(readBytes), 0, readBytes, at)
    const part = buffer.subarray(0, bytesRead)
    // Any other file, however long, is known by its first bytes.
    if (at === 0 && !beginsAsImage(part)) throw other()
    const end = part.indexOf(10)
    if (end >= 0)
      return {
        sheet: parseHead(Buffer.concat([...parts, part.subarray(0, end)]), { file, other }),
        start: at + end + 1,
      }
    if (bytesRead === 0) throw wrong(file, 'it was cut off in its first line', 'Export or copy it once more')
    parts.push(part)
    at += bytesRead
  }
  throw other()
}

type Told = { file: string; other: (cause?: unknown) => P8aError }

function parseHead(line: Buffer, { file, other }: Told): ImageSheet {
  const damaged = (cause?: unknown) => wrong(file, 'its first line is damaged', 'Export or copy it once more', cause)
  let head: v.InferOutput<typeof headSchema>
  try {
    head = v.parse(headSchema, JSON.parse(line.toString('utf8')))
  } catch (error) {
    throw error instanceof SyntaxError ? damaged(error) : other(error)
  }
  if (head.v > format)
    throw wrong(file, `its format ${head.v} is of a later p8a`, 'Use the version of p8a that has made it')
  const sheet = v.safeParse(sheetSchema, head.sheet)
  // The digest is of the sheet as it was written.
  if (!sheet.success || sheetDigest(head.sheet as ImageSheet) !== head.digest) throw damaged()
  return sheet.output
}

async function checkLength(
  handle: FileHandle,
  { file, sheet, start }: { file: string; sheet: ImageSheet; start: number },
): Promise<void> {
  const { size } = await handle.stat()
  const wanted = filesOnce(sheet).reduce((sum, one) => sum + one.size, start)
  if (size < wanted)
    throw wrong(file, `it was cut off: it has ${size} bytes of ${wanted}`, 'Export or copy it once more')
  if (size > wanted) throw wrong(file, `it has ${size - wanted} bytes too many`, 'Export or copy it once more')
}

function partsIn(
  handle: FileHandle,
  { start, files }: { start: number; files: readonly TreeFile[] },
): ImageSource['parts'] {
  const starts = new Map<string, number>()
  let next = start
  for (const { hash, size } of files) {
    starts.set(hash, next)
    next += size
  }
  return async function* ({ hash, size }, from = 0) {
    const first = starts.get(hash) ?? 0
    for (let done = from; done < size; ) {
      const length = Math.min(readBytes, size - done)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, first + done)
      if (bytesRead === 0) return
      done += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }
}

/** @param start some of its first bytes */
function beginsAsImage(start: Buffer): boolean {
  const text = start.toString('latin1', 0, firstBytes.length)
  return text.length > 0 && firstBytes.startsWith(text)
}

function otherThan(file: string, cause?: unknown): P8aError {
  const hint = 'Name a file that "pod image export" has made'
  return wrong(file, 'it is no image that "pod image export" has made', hint, cause)
}

function wrong(file: string, why: string, hint: string, cause?: unknown): P8aError {
  return new P8aError('bad_image', `Cannot take the image ${file}: ${why}`, { hint, facts: { file }, cause })
}

function cannotSave(file: string, cause: unknown): P8aError {
  const { code, message } = cause as NodeJS.ErrnoException
  const problem = code === 'ENOENT' ? 'there is no such folder' : message
  return new P8aError('save_failed', `Cannot write ${file}: ${problem}`, { facts: { file }, cause })
}
