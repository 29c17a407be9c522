// A connection to a Unix socket: by Node's inner pipe, on which `net` is built, and by `net` if that cannot be reached.
// `net` and the streams behind it took half of the 12 ms of CPU, and of the 9 MB, that a pod's process takes above a
// bare Node, and a quarter of what `pod list` takes; what needs them loads them itself. It knows bytes and no lines.
import type { Socket } from 'node:net'
import { findPipeWraps, type PipeWraps } from './pipe-wraps.ts'

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

/** Connects to the socket at `path`. */
export function openPipe(path: string, events: PipeEvents): Pipe {
  const wraps = findPipeWraps()
  return wraps ? openNodePipe(path, events, wraps) : openNetPipe(path, events)
}

function openNodePipe(
  path: string,
  { onConnected, onData, onClosed }: PipeEvents,
  { pipes, streams }: PipeWraps,
): Pipe {
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
