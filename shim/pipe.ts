// A connection to a Unix socket: by Node's inner pipe, on which `net` is built, and by `net` if that cannot be reached.
// `net` and the streams behind it took half of the 12 ms of CPU, and of the 9 MB, that a pod's process takes above a
// bare Node; a pod that needs them loads them itself. It knows bytes and no lines.

export type PipeEvents = {
  /** The connection stands. */
  onConnected: () => void
  onData: (bytes: Uint8Array) => void
  /** It has ended, or could not be made; nothing comes after. */
  onClosed: () => void
}

export type Pipe = {
  /** Sends text, in order; what is sent after the end is lost. */
  write(text: string): void
  /** Whether it keeps the process alive while nothing else does. It does at first. */
  keepAlive(isKept: boolean): void
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
  const close = () => {
    if (!isOpen) return
    isOpen = false
    handle.close(onClosed)
  }
  handle.onread = bytes => {
    const { streamBaseState, kReadBytesOrError, kArrayBufferOffset } = streams
    const count = streamBaseState[kReadBytesOrError] ?? -1
    // The end, or an error.
    if (count < 0) close()
    else if (bytes && isOpen) onData(new Uint8Array(bytes, streamBaseState[kArrayBufferOffset], count))
  }
  const connecting = new pipes.PipeConnectWrap()
  connecting.oncomplete = status => {
    if (status !== 0 || handle.readStart() !== 0) return close()
    onConnected()
  }
  if (handle.connect(connecting, path)) close()
  return {
    write(text) {
      const writing = new streams.WriteWrap()
      writing.oncomplete = status => {
        if (status !== 0) close()
      }
      if (isOpen && handle.writeUtf8String(writing, text) !== 0) close()
    },
    keepAlive(isKept) {
      if (!isOpen) return
      if (isKept) handle.ref()
      else handle.unref()
    },
  }
}

function openNetPipe(path: string, { onConnected, onData, onClosed }: PipeEvents): Pipe {
  const socket = process.getBuiltinModule('node:net').connect(path)
  socket.on('connect', onConnected)
  socket.on('data', onData)
  // The close that follows every error does the rest.
  socket.on('error', () => {})
  socket.on('close', onClosed)
  return { write: text => void socket.write(text), keepAlive: isKept => void (isKept ? socket.ref() : socket.unref()) }
}
