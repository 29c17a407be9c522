// Node's inner pipes, on which `net` is built. Loading them takes nothing; what loads `net` for sockets that nobody may ever use takes
// 2 MB and milliseconds.

/**
 * The parts of Node's inner modules that are used, the same in Node 20 to 26: `lib/net.js` uses them in the same way.
 */
type PipeWrap = {
  Pipe: new (type: number) => PipeHandle
  PipeConnectWrap: new () => { oncomplete?: (status: number) => void }
  constants: { SOCKET: number; SERVER: number }
}
type StreamWrap = {
  WriteWrap: new () => { oncomplete?: (status: number) => void }
  kReadBytesOrError: number
  kArrayBufferOffset: number
  streamBaseState: ArrayLike<number>
}
export type PipeHandle = {
  writeQueueSize?: number
  onread: (bytes: ArrayBuffer | undefined) => void
  connect(request: object, path: string): number | undefined
  /** Numbers that are not 0 are errors of the system. */
  bind(path: string): number
  listen(backlog: number): number
  onconnection?: (status: number, client: PipeHandle | undefined) => void
  readStart(): number
  writeUtf8String(request: object, text: string): number
  close(onClosed?: () => void): void
  ref(): void
  unref(): void
}

export type PipeWraps = { pipes: PipeWrap; streams: StreamWrap }

/** Node's inner modules; undefined if this Node does not give them out, as under `--permission`. */
export function findPipeWraps(): PipeWraps | undefined {
  const host = process as unknown as { binding(name: string): unknown }
  const { noDeprecation = false } = process
  // Node warns about it, but without `net` there is no other way, and the pod's author need not see the warning.
  process.noDeprecation = true
  try {
    const wraps = { pipes: host.binding('pipe_wrap'), streams: host.binding('stream_wrap') } as PipeWraps
    return hasAll(wraps) ? wraps : undefined
  } catch {
    return undefined
  } finally {
    process.noDeprecation = noDeprecation
  }
}

/** Whether everything is as expected; if a Node changes it, there is still `net`. */
function hasAll({ pipes, streams }: PipeWraps): boolean {
  const { prototype } = pipes.Pipe as { prototype: PipeHandle }
  const hasMethods = [prototype.connect, prototype.readStart, prototype.writeUtf8String, prototype.close]
    .concat([prototype.ref, prototype.unref, prototype.bind, prototype.listen] as never)
    .every(isFunction)
  const { kReadBytesOrError, kArrayBufferOffset, streamBaseState } = streams
  const numbers = [
    pipes.constants.SOCKET,
    pipes.constants.SERVER,
    streamBaseState[kReadBytesOrError],
    streamBaseState[kArrayBufferOffset],
  ]
  return hasMethods && [pipes.PipeConnectWrap, streams.WriteWrap].every(isFunction) && numbers.every(Number.isInteger)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
