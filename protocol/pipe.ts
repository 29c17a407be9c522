// A connection to a Unix socket: by Node's inner pipe, on which `net` is built, and by `net` if that cannot be reached.
// `net` and the streams behind it took half of the 12 ms of CPU, and of the 9 MB, that a pod's process takes above a
// bare Node, and a quarter of what `pod list` takes; what needs them loads them itself. It knows bytes and no lines.
import type { Socket } from 'node:net'

export type PipeEvents = {
  /** The connection stands. */
  onConnected: () => void
  onData: (bytes: Uint8Array) => void
  /** It has ended, or could not be made; nothing comes after. Without a cause, the other side or `close()` ended it. */
  onClosed: (cause?: NodeJS.ErrnoException) => void
}

export type Pipe = {
  /** Sends text, in order; what is sent after the end is lost. */
  write(text: string): void
  /** Whether it keeps the process alive while nothing else does. It does at first. */
  keepAlive(isKept: boolean): void
  /** How many bytes the system has not taken yet. */
  readonly unsent: number
  /** Ends it at once. */
  close(): void
}

/**
 * The parts of Node's inner modules that are used, the same in Node 20 to 26: `lib/net.js` uses them in the same way.
 */
type PipeWrap = {
  Pipe: new (type: number) => PipeHandle
  PipeConnectWrap: new () => { oncomplete?: (status: number) => void }
  constants: { SOCKET: number }
}
type StreamWrap = {
  WriteWrap: new () => { oncomplete?: (status: number) => void }
  kReadBytesOrError: number
  kArrayBufferOffset: number
  streamBaseState: ArrayLike<number>
}
type PipeHandle = {
  writeQueueSize?: number
  onread: (bytes: ArrayBuffer | undefined) => void
  connect(request: object, path: string): number | undefined
  readStart(): number
  writeUtf8String(request: object, text: string): number
  close(onClosed: () => void): void
  ref(): void
  unref(): void
}

type Wraps = { pipes: PipeWrap; streams: StreamWrap }

/** Connects to the socket at `path`. */
export function openPipe(path: string, events: PipeEvents): Pipe {
  const wraps = findWraps()
  return wraps ? openNodePipe(path, events, wraps) : openNetPipe(path, events)
}

/** Node's inner modules; undefined if this Node does not give them out, as under `--permission`. */
function findWraps(): Wraps | undefined {
  const host = process as unknown as { binding(name: string): unknown }
  const { noDeprecation = false } = process
  // Node warns about it, but without `net` there is no other way, and the pod's author need not see the warning.
  process.noDeprecation = true
  try {
    const wraps = { pipes: host.binding('pipe_wrap'), streams: host.binding('stream_wrap') } as Wraps
    return hasAll(wraps) ? wraps : undefined
  } catch {
    return undefined
  } finally {
    process.noDeprecation = noDeprecation
  }
}

/** Whether everything is as expected; if a Node changes it, there is still `net`. */
function hasAll({ pipes, streams }: Wraps): boolean {
  const { prototype } = pipes.Pipe as { prototype: PipeHandle }
  const hasMethods = [prototype.connect, prototype.readStart, prototype.writeUtf8String, prototype.close]
    .concat([prototype.ref, prototype.unref] as never)
    .every(isFunction)
  const { kReadBytesOrError, kArrayBufferOffset, streamBaseState } = streams
  const numbers = [pipes.constants.SOCKET, streamBaseState[kReadBytesOrError], streamBaseState[kArrayBufferOffset]]
  return hasMethods && [pipes.PipeConnectWrap, streams.WriteWrap].every(isFunction) && numbers.every(Number.isInteger)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function openNodePipe(path: string, { onConnected, onData, onClosed }: PipeEvents, { pipes, streams }: Wraps): Pipe {
  const handle = new pipes.Pipe(pipes.constants.SOCKET)
  let isOpen = true
  const close = (cause?: NodeJS.ErrnoException) => {
    if (!isOpen) return
    isOpen = false
    handle.close(() => onClosed(cause))
  }
  const fail = (call: string, status: number) => close(errorOf(call, status))
  handle.onread = bytes => {
    const { streamBaseState, kReadBytesOrError, kArrayBufferOffset } = streams
    const count = streamBaseState[kReadBytesOrError] ?? -1
    if (count === endOfFile) close()
    else if (count < 0) fail('read', count)
    else if (bytes && isOpen) onData(new Uint8Array(bytes, streamBaseState[kArrayBufferOffset], count))
  }
  const connecting = new pipes.PipeConnectWrap()
  connecting.oncomplete = status => {
    const failed = status || handle.readStart()
    if (failed) fail('connect', failed)
    else onConnected()
  }
  const refused = handle.connect(connecting, path)
  if (refused) fail('connect', refused)
  return {
    write(text) {
      const writing = new streams.WriteWrap()
      writing.oncomplete = status => {
        if (status !== 0) fail('write', status)
      }
      const refused = isOpen ? handle.writeUtf8String(writing, text) : 0
      if (refused) fail('write', refused)
    },
    keepAlive(isKept) {
      if (!isOpen) return
      if (isKept) handle.ref()
      else handle.unref()
    },
    get unsent() {
      return handle.writeQueueSize ?? 0
    },
    close: () => close(),
  }
}

/** What the system says at the end of what the other side sends. */
const endOfFile = -4095

/** As `net` makes it: its code and its message are what people read. */
function errorOf(call: string, status: number): NodeJS.ErrnoException {
  const code = process.getBuiltinModule('node:util').getSystemErrorName(status)
  return Object.assign(new Error(`${call} ${code}`), { code })
}

function openNetPipe(path: string, events: PipeEvents): Pipe {
  const socket = process.getBuiltinModule('node:net').connect(path, events.onConnected)
  return pipeOf(socket, events)
}

/** A socket that is being connected, as a pipe. */
export function pipeOf(socket: Socket, { onData, onClosed }: Omit<PipeEvents, 'onConnected'>): Pipe {
  let failure: NodeJS.ErrnoException | undefined
  socket.on('data', onData)
  // The close that follows every error does the rest.
  socket.on('error', error => {
    failure = error
  })
  socket.on('close', () => onClosed(failure))
  return {
    write: text => void socket.write(text),
    keepAlive: isKept => void (isKept ? socket.ref() : socket.unref()),
    get unsent() {
      const { writableLength, _handle } = socket as Socket & { _handle?: { writeQueueSize?: number } | null }
      // Of a long text that is on its way, only the handle knows how much was taken; Node looks at it for its timeouts.
      return writableLength + (_handle?.writeQueueSize ?? 0)
    },
    close: () => void socket.destroy(),
  }
}
