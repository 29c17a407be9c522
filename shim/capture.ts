// Makes everything that this process writes to stdout and stderr from JavaScript end in the run's log, dated at the
// write: console, process.stdout, process.stderr, and fs.write on fd 1 and 2 (which is how pino and other loggers write).
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Writable } from 'node:stream'
import type { StreamName } from '../protocol/cri.ts'
import type { LogFile } from './log-file.ts'

type Callback = (error?: Error | null) => void

/** Takes over the process's output for good. */
export function captureOutput(log: LogFile): void {
  const streams = [undefined, 'stdout', 'stderr'] as const
  for (const fd of [1, 2] as const) {
    const stream = new LogStream(log, { fd, stream: streams[fd] })
    Object.defineProperty(process, streams[fd], { configurable: true, enumerable: true, get: () => stream })
  }
  captureFileWrites((fd, chunk, encoding) => writeChunk(log, streams[fd], chunk, encoding))
  syncBuiltinESMExports()
}

/** Stands where Node's own stdout or stderr would; it is never ended. */
class LogStream extends Writable {
  readonly fd: 1 | 2
  #log: LogFile
  #stream: StreamName
  #soon: { callback: Callback; times: number } | undefined

  constructor(log: LogFile, options: { fd: 1 | 2; stream: StreamName }) {
    super({ decodeStrings: false })
    this.#log = log
    this.fd = options.fd
    this.#stream = options.stream
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): boolean {
    const onWritten = typeof encoding === 'function' ? encoding : callback
    writeChunk(this.#log, this.#stream, chunk, typeof encoding === 'string' ? encoding : undefined)
    if (onWritten) this.#callSoon(onWritten)
    return true
  }

  override end(chunk?: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): this {
    const onEnd = [chunk, encoding, callback].find(value => typeof value === 'function') as Callback | undefined
    if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk, encoding)
    if (onEnd) process.nextTick(onEnd)
    return this
  }

  /**
   * Calls back in the next tick. console gives the same callback with each line: a loop that prints a million of them must
   * not keep a million ticks, so they are counted, as Node's own streams do it.
   */
  #callSoon(callback: Callback): void {
    if (this.#soon?.callback === callback) {
      this.#soon.times += 1
      return
    }
    const soon = { callback, times: 1 }
    this.#soon = soon
    process.nextTick(() => {
      if (this.#soon === soon) this.#soon = undefined
      for (; soon.times > 0; soon.times--) callback(null)
    })
  }
}

/** @returns how many bytes `chunk` has */
function writeChunk(log: LogFile, stream: StreamName, chunk: unknown, encoding?: BufferEncoding): number {
  if (typeof chunk === 'string' && (encoding === undefined || encoding === 'utf8' || encoding === 'utf-8')) {
    return log.write(stream, chunk)
  }
  return log.write(stream, toBuffer(chunk, encoding).toString('latin1'), 'latin1')
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
      // The most common way of loggers goes the shortest way.
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
    // What util.promisify goes by is kept on the function.
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
