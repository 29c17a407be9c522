// Sends everything that JavaScript in this process writes to stdout and stderr to the run's log, with the time of the
// write: console, process.stdout, process.stderr, and fs.write on fd 1 and 2 (which is how pino and other loggers
// write).
import { syncBuiltinESMExports } from 'node:module'
import type { Writable } from 'node:stream'
import type { StreamName } from '../../protocol/cri.ts'
import type { LogFile } from './log-file.ts'
import { makeLogStream } from './log-stream.ts'
import { captureNames } from './own-names.ts'

const fs = process.getBuiltinModule('node:fs')

/**
 * Takes over the process's output for good.
 * @param onOpened called when the pod has opened the file behind a descriptor by a name such as /dev/stdout
 */
export function captureOutput(log: LogFile, onOpened: () => void): void {
  const streams = [undefined, 'stdout', 'stderr'] as const
  for (const fd of [1, 2] as const) {
    let stream: Writable | undefined
    const get = () => {
      stream ??= makeLogStream(fd, (chunk, encoding) => writeChunk(log, streams[fd], chunk, encoding))
      return stream
    }
    Object.defineProperty(process, streams[fd], { configurable: true, enumerable: true, get })
  }
  const take: Take = (fd, chunk, encoding) => writeChunk(log, streams[fd], chunk, encoding)
  captureFileWrites(take)
  captureNames(take, onOpened)
  syncBuiltinESMExports()
}

/** @returns how many bytes `chunk` has */
function writeChunk(log: LogFile, stream: StreamName, chunk: unknown, encoding?: BufferEncoding): number {
  if (typeof chunk === 'string' && (encoding === undefined || encoding === 'utf8' || encoding === 'utf-8')) {
    return log.write(stream, chunk)
  }
  const bytes = toBuffer(chunk, encoding)
  log.writeBytes(stream, bytes)
  return bytes.length
}

function toBuffer(chunk: unknown, encoding?: BufferEncoding): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding)
  if (ArrayBuffer.isView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  throw new TypeError('The chunk to write must be a string, a Buffer, a TypedArray or a DataView')
}

type Take = (fd: 1 | 2, chunk: unknown, encoding?: BufferEncoding) => number

/** Puts `take` in the place of those functions of `fs` that write to a descriptor, for descriptors 1 and 2. */
function captureFileWrites(take: Take): void {
  const { write, writeSync, writev, writevSync } = fs
  const isOurs = (fd: unknown): fd is 1 | 2 => fd === 1 || fd === 2
  const original = { write, writeSync, writev, writevSync } as Record<string, (...args: unknown[]) => unknown>
  const patched: Record<string, (...args: unknown[]) => unknown> = {
    writeSync: (fd, chunk, ...rest) => {
      if (!isOurs(fd)) return original.writeSync?.(fd, chunk, ...rest)
      // The most common call of loggers takes the shortest path.
      return typeof chunk === 'string' && rest.length === 0 ? take(fd, chunk) : take(fd, ...slice(chunk, rest))
    },
    writevSync: (fd, chunks, ...rest) =>
      isOurs(fd) ? takeAll(fd, chunks as unknown[]) : original.writevSync?.(fd, chunks, ...rest),
    write: (fd, chunk, ...rest) => {
      if (!isOurs(fd)) return original.write?.(fd, chunk, ...rest)
      const written = take(fd, ...slice(chunk, rest))
      process.nextTick(rest.at(-1) as (...args: unknown[]) => void, null, written, chunk)
    },
    writev: (fd, chunks, ...rest) => {
      if (!isOurs(fd)) return original.writev?.(fd, chunks, ...rest)
      const written = takeAll(fd, chunks as unknown[])
      process.nextTick(rest.at(-1) as (...args: unknown[]) => void, null, written, chunks)
    },
  }
  const takeAll = (fd: 1 | 2, chunks: unknown[]) => take(fd, Buffer.concat(chunks.map(chunk => toBuffer(chunk))))
  for (const [name, replacement] of Object.entries(patched)) {
    const replaced = original[name]
    // util.promisify uses a symbol on the function; it is kept.
    for (const symbol of Object.getOwnPropertySymbols(replaced)) {
      Object.defineProperty(replacement, symbol, Object.getOwnPropertyDescriptor(replaced, symbol) ?? {})
    }
  }
  Object.assign(fs, patched)
}

/** What `fs.write(fd, chunk, ...rest)` means to write: (offset, length, position) or an options object for bytes, (position, encoding) for a string. */
function slice(chunk: unknown, rest: unknown[]): [chunk: unknown, encoding?: BufferEncoding] {
  if (typeof chunk === 'string') return typeof rest[1] === 'string' ? [chunk, rest[1] as BufferEncoding] : [chunk]
  const bytes = toBuffer(chunk)
  const options = (
    typeof rest[0] === 'object' && rest[0] !== null ? rest[0] : { offset: rest[0], length: rest[1] }
  ) as Record<string, unknown>
  const offset = typeof options.offset === 'number' ? options.offset : 0
  const length = typeof options.length === 'number' ? options.length : bytes.length - offset
  return [bytes.subarray(offset, offset + length)]
}
