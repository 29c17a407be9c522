// Stands in the place of Node's own stdout or stderr: writes go to the run's log.
import type { Writable } from 'node:stream'
import { type Callback, Soon } from './soon.ts'

/** Appends what was written. */
export type Write = (chunk: unknown, encoding?: BufferEncoding) => void

/** Node's own stdout and stderr undo their destruction with it; its types do not have it. */
type Undestroyable = { _undestroy(): void }

let LogStream: ReturnType<typeof defineLogStream> | undefined

/** Makes the stream of a descriptor. The first one loads Node's streams, which a pod that never prints can do without. */
export function makeLogStream(fd: 1 | 2, write: Write): Writable {
  LogStream ??= defineLogStream()
  return new LogStream(fd, write)
}

/**
 * The stream can be ended, as `pipeline` does, and continues all the same, like Node's own streams. Node ends and destroys those and undoes
 * it, and a second `pipeline` into them hangs. This stream only says that it has finished.
 */
function defineLogStream() {
  const { Writable } = process.getBuiltinModule('node:stream')
  return class LogStream extends Writable {
    readonly fd: 1 | 2
    #write: Write
    #soon = new Soon()

    constructor(fd: 1 | 2, write: Write) {
      super({ decodeStrings: false })
      this.fd = fd
      this.#write = write
    }

    override write(chunk: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): boolean {
      const onWritten = callbackIn(encoding, callback)
      this.#write(chunk, typeof encoding === 'string' ? encoding : undefined)
      if (onWritten) this.#soon.call(onWritten)
      return true
    }

    override end(chunk?: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): this {
      const onEnd = callbackIn(chunk, encoding, callback)
      if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') {
        this.write(chunk, typeof encoding === 'string' ? encoding : undefined)
      }
      process.nextTick(() => {
        onEnd?.()
        for (const event of ['prefinish', 'finish', 'close']) this.emit(event)
      })
      return this
    }

    override _destroy(error: Error | null, callback: Callback): void {
      callback(error)
      ;(this as unknown as Undestroyable)._undestroy()
    }
  }
}

/** Arguments of a stream may be left out from the front. */
function callbackIn(...given: unknown[]): Callback | undefined {
  return given.find((value): value is Callback => typeof value === 'function')
}
