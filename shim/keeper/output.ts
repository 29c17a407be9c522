// Moves what a script writes from the pipe to its log: byte for byte, in order, up to a limit.
import net from 'node:net'
import { cutMark } from '../../protocol/keeper.ts'
import type { LogFile } from '../log/log-file.ts'

export class Output {
  /** Resolves when all writers have closed the pipe, or it was closed here. */
  readonly ended: Promise<void>
  /** How many bytes were written, kept or not. */
  bytes = 0
  isCut = false
  #log: LogFile
  #maxBytes: number
  #socket: net.Socket

  /**
   * @param options.log the log, which is closed here
   * @param options.onEnd called in the turn in which the last writer was found to have closed the pipe
   */
  constructor({ read, log, maxBytes, onEnd }: { read: number; log: LogFile; maxBytes: number; onEnd: () => void }) {
    this.#log = log
    this.#maxBytes = maxBytes
    this.#socket = new net.Socket({ fd: read, readable: true, writable: false })
    this.#socket.on('data', bytes => this.#onData(bytes as Buffer))
    this.#socket.on('end', onEnd)
    // The close that follows every error does the rest.
    this.#socket.on('error', () => {})
    this.ended = new Promise(resolve => this.#socket.once('close', () => resolve()))
    void this.ended.then(() => {
      this.#log.settle()
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
    this.#log.writeBytes('stdout', bytes.length > room ? bytes.subarray(0, room) : bytes)
    if (bytes.length > room) this.#cut()
  }

  #cut(): void {
    this.isCut = true
    this.#log.settle()
    this.#log.endLine('stdout')
    this.#log.write('stderr', `${cutMark(this.#maxBytes)}\n`)
  }
}
