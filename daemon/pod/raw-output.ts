// Folds what a run's raw files still hold into its log once it has ended: the last output of native code and child
// processes that its shim did not come to fold. It gets the time of the last write.

import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import * as v from 'valibot'
import { formatCri, logTime, maxPartLength, parseCriLine, type StreamName } from '../../protocol/cri.ts'
import { monotonicMs } from '../../protocol/deadline.ts'
import { childPipe, leftOut, type RawPosition } from '../../protocol/run-log.ts'
import { unfinishedBytes } from '../../protocol/utf8.ts'
import { isMissing, openPlain, readPlain } from '../system/plain-file.ts'
import { removeFile } from '../system/remove-file.ts'

const blockBytes = 256 * 1024
const newline = 10
/** How long to wait for the process that empties a pipe, and how often to look for it. */
const drainMs = 1000
const drainLookMs = 5
/** More than a note has. */
const maxNoteBytes = 4096

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const positionSchema = v.object({ from: whole, to: whole, inode: v.number(), size: whole })

/**
 * Folds and removes the raw files of a run that is over. It may be interrupted anywhere, and done again.
 * @param most what is more than so many bytes of one is left out, but for the newest: the log would have to go for it
 */
export async function foldLeftovers(
  files: { log: string; raw: Record<StreamName, string> },
  most: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  const streams = ['stdout', 'stderr'] as const
  await Promise.all(streams.map(stream => drained(childPipe(files.raw[stream]))))
  // Both notes are read before either file is folded: a fold makes the log larger, and a note relies on its size.
  const jobs = await Promise.all(streams.map(stream => findJob(files.log, stream, files.raw[stream])))
  const left = jobs.filter(job => job !== undefined && job.size > job.from) as Job[]
  for (const job of left) await settle(job)
  for (const job of left) await fold(job, most)
  await Promise.all(streams.flatMap(stream => [removeRaw(files.raw[stream]), removeFile(childPipe(files.raw[stream]))]))
}

/**
 * Resolves once the last output of children is in the raw file: until then a process reads from their pipe. A child
 * that left the run's process group may write for ever, so the wait is limited.
 */
async function drained(pipe: string): Promise<void> {
  const giveUpAtMs = monotonicMs() + drainMs
  while (monotonicMs() < giveUpAtMs) {
    try {
      const found = await lstat(pipe)
      if (!found.isFIFO()) return
      await (await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK)).close()
    } catch {
      // It has no reader, or does not exist.
      return
    }
    await delay(drainLookMs)
  }
}

/** Notes how much of a file was folded, without relying on the log's size, which is about to change. */
async function settle(job: Job): Promise<void> {
  const note = await openNote(job)
  await writeNote(note, { from: job.from, to: job.from, inode: 0, size: 0 }).finally(() => note.close())
}

/** Opens the note without emptying it: an empty note would say that nothing was folded. */
async function openNote({ raw }: Job): Promise<FileHandle> {
  return await openPlain(`${raw}.at`, { for: 'change' })
}

/** All notes have one length, so that one write replaces the one before. */
async function writeNote(note: FileHandle, position: RawPosition): Promise<void> {
  await note.write(`${JSON.stringify(position)}\n`.padEnd(120), 0)
}

async function findJob(log: string, stream: StreamName, raw: string): Promise<Job | undefined> {
  const found = await lstat(raw).catch(ignoreMissing)
  if (!found) return undefined
  // Anything else that a pod put in its place is not output: it is removed, and not read.
  const size = found.isFile() ? found.size : 0
  return { log, stream, raw, from: size === 0 ? 0 : await foldedUpTo(`${raw}.at`, log), size, writtenMs: found.mtimeMs }
}

/**
 * The note is removed last: without it, the whole file would be folded again. A host that died between the two removals left only
 * the note.
 */
async function removeRaw(raw: string): Promise<void> {
  await removeFile(raw)
  await removeFile(`${raw}.at`)
}

/** How far the shim came: see {@link RawPosition}. */
async function foldedUpTo(note: string, log: string): Promise<number> {
  // If there is no note, nothing was folded yet. A note that cannot be read now must not count as missing: all output
  // would come twice.
  const text = await readPlain(note, { maxBytes: maxNoteBytes }).catch(ignoreMissing)
  const position = text === undefined ? undefined : parseNote(text)
  if (!position) return 0
  const live = await lstat(log).catch(ignoreMissing)
  if (!live) return 0
  const wasWritten = live.ino !== position.inode || live.size > position.size
  return wasWritten ? position.to : position.from
}

/** Undefined for half a note, which is written before the first fold, and for what is none. */
function parseNote(text: string): RawPosition | undefined {
  try {
    const position = v.safeParse(positionSchema, JSON.parse(text))
    return position.success ? position.output : undefined
  } catch {
    return undefined
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}

/**
 * The end of a log: the time of its last line, whether half a line of the file is behind that, such as a full disk leaves, and
 * the streams whose last line goes on.
 */
type LogEnd = { time: string | undefined; isTorn: boolean; inLine: ReadonlySet<StreamName> }

/** The time of the last write, but not before the last line that is there: a log is in order of time. */
function timeFor(job: Job, { time }: LogEnd): string {
  const written = logTime(job.writtenMs)
  return time !== undefined && time > written ? time : written
}

async function endOf(log: string): Promise<LogEnd> {
  const file = await openPlain(log).catch(ignoreMissing)
  if (!file) return { time: undefined, isTorn: false, inLine: new Set() }
  try {
    const { size } = await file.stat()
    const block = Buffer.alloc(Math.min(size, 4 * maxPartLength))
    await file.read(block, 0, block.length, size - block.length)
    const lines = block.toString('latin1').split('\n')
    const parsed = lines.map(parseCriLine).filter(line => line !== undefined)
    const last = new Map(parsed.map(line => [line.stream, line]))
    const inLine = new Set([...last].filter(([, { full }]) => !full).map(([stream]) => stream))
    return { time: parsed.at(-1)?.time, isTorn: lines.at(-1) !== '', inLine }
  } finally {
    await file.close()
  }
}

type Job = { log: string; stream: StreamName; raw: string; from: number; size: number; writtenMs: number }

/** Whether a line begins at that place of a raw file. */
async function isAtLine(raw: FileHandle, at: number): Promise<boolean> {
  if (at === 0) return true
  const { buffer, bytesRead } = await raw.read(Buffer.alloc(1), 0, 1, at - 1)
  return bytesRead === 0 || buffer[0] === newline
}

/** Where the newest lines of a raw file begin that have `most` bytes at most. */
async function newestFrom(raw: FileHandle, { from, size }: Job, most: number): Promise<number> {
  if (size - from <= most) return from
  const { buffer, bytesRead } = await raw.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes, size - most)
  return size - most + buffer.subarray(0, bytesRead).indexOf(newline) + 1
}

async function fold(job: Job, most: number): Promise<void> {
  const end = await endOf(job.log)
  const head = { time: timeFor(job, end), stream: job.stream }
  const opened: FileHandle[] = []
  const opening = async (file: Promise<FileHandle>) => {
    opened.push(await file)
    return await file
  }
  try {
    const input = await opening(openPlain(job.raw))
    const output = await opening(openPlain(job.log, { for: 'append' }))
    const note = await opening(openNote(job))
    // Text after half a line would become a part of it, and nobody would read it.
    if (end.isTorn) await output.write('\n')
    // The unfinished line of the pod itself stays a line of its own.
    if (end.inLine.has(job.stream) && (await isAtLine(input, job.from))) await output.write(formatCri('\n', head))
    const newest = await newestFrom(input, job, most)
    if (newest > job.from) await output.write(formatCri(leftOut(newest - job.from), { ...head, stream: 'stderr' }))
    const block = Buffer.allocUnsafe(blockBytes)
    for (let from = newest; ; ) {
      const { bytesRead } = await input.read(block, 0, blockBytes, from)
      if (bytesRead === 0) return
      const { ino, size } = await output.stat()
      const bytes = block.subarray(0, bytesRead)
      const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1 || bytesRead - unfinishedBytes(bytes) || bytesRead)
      const position: RawPosition = { from, to: from + whole.length, inode: ino, size }
      await writeNote(note, position)
      // Bytes stay as they are, whatever their encoding.
      await output.write(Buffer.from(formatCri(whole.toString('latin1'), head), 'latin1'))
      from = position.to
    }
  } finally {
    await Promise.all(opened.map(file => file.close()))
  }
}
