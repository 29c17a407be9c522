// What a script writes, on its way from the pipe to its log: byte for byte in the order written, up to a limit.
import net from 'node:net'
import { cutMark } from '../../protocol/keeper.ts'
import type { LogFile } from '../log/log-file.ts'

export class Output {
  /** Resolves when all who could write have closed the pipe, or it was closed here. */
  readonly ended: Promise<void>
  /** What was written, kept or not. */
  bytes = 0
  isCut = false
  #log: LogFile
  #maxBytes: number
  #socket: net.Socket
  /** The first bytes of a character whose others are still to come. */
  #rest: Buffer = Buffer.alloc(0)
  #isInLine = false

  /** @param options.log where it ends; closed here */
  constructor({ read, log, maxBytes }: { read: number; log: LogFile; maxBytes: number }) {
    this.#log = log
    this.#maxBytes = maxBytes
    this.#socket = new net.Socket({ fd: read, readable: true, writable: false })
    this.#socket.on('data', bytes => this.#onData(bytes as Buffer))
    // The close that follows every error does what is to be done.
    this.#socket.on('error', () => {})
    this.ended = new Promise(resolve => this.#socket.once('close', () => resolve()))
    void this.ended.then(() => {
      this.#write(this.#rest)
      this.#log.close()
    })
  }

  /** Reads no more. */
  close(): void {
    this.#socket.destroy()
  }

  #onData(bytes: Buffer): void {
    const room = this.#maxBytes - this.bytes
    this.bytes += bytes.length
    if (this.isCut) return
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes
    const all = this.#rest.length === 0 ? kept : Buffer.concat([this.#rest, kept])
    if (bytes.length > room) this.#cut(all)
    else this.#keep(all)
  }

  /** Writes what ends with a whole character, and keeps the rest. */
  #keep(all: Buffer): void {
    const end = all.length - unfinished(all)
    // Copied, since Node uses the memory again.
    this.#rest = Buffer.from(all.subarray(end))
    this.#write(all.subarray(0, end))
  }

  #cut(last: Buffer): void {
    this.#rest = Buffer.alloc(0)
    this.isCut = true
    this.#write(last)
    if (this.#isInLine) this.#log.write('stdout', '\n', 'latin1')
    this.#log.write('stderr', `${cutMark(this.#maxBytes)}\n`)
    this.#isInLine = false
  }

  #write(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#isInLine = bytes.at(-1) !== 10
    // As latin1, so that bytes stay as they are whatever their encoding.
    this.#log.write('stdout', bytes.toString('latin1'), 'latin1')
  }
}

/** How many bytes at the end of `bytes` begin a character of UTF-8 that is not whole. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < lengthOf(byte) ? back : 0
  }
  return 0
}

function lengthOf(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
}
