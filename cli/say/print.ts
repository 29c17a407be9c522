// Puts texts on stdout and stderr, and ends the process once they are out. The only file that writes there. It knows
// nothing of what is printed.
import { fstatSync, writeSync } from 'node:fs'

/**
 * How many bytes in all may go straight to the descriptor: a stream takes a millisecond to make and another to tear
 * down. A pipe holds as many (macOS: 16 KiB, Linux: 64), so this never blocks on a slow reader and signals still
 * arrive.
 */
const mostDirectBytes = 16 * 1024

let directBytes = 0

/** Whether texts go through the streams by now. Then all of them do, so that they stay in order. */
let isStreaming = false

/** Prints `text` on stdout. False if the reader is slow and the caller should wait for {@link drained}. */
export function printOut(text: string): boolean {
  const rest = isStreaming ? Buffer.from(text) : writeDirectly(Buffer.from(text))
  return rest.length === 0 || openStdout().write(rest)
}

/** Prints `text` on stderr. */
export function printErr(text: string): void {
  isStreaming = true
  process.stderr.write(text)
}

/** Sends all texts through the streams from now on, for code that prints without {@link printOut}. */
export function openStdout(): NodeJS.WriteStream {
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', onStdoutError)
  isStreaming = true
  return process.stdout
}

/** Whether a person looks at stdout. */
export function isTerminal(): boolean {
  // Only a character device can be a terminal, and only the stream can tell which it is.
  return fstatSync(1).isCharacterDevice() && process.stdout.isTTY === true
}

/** Ends the process with `code` once all that was printed is out. */
export function exit(code: number): void {
  process.exitCode = code
  // Nothing waits in a stream then, and ending at once saves the time to tear everything down.
  if (!isStreaming) process.exit()
}

/** Writes as much of `bytes` as is taken at once; returns the rest. */
function writeDirectly(bytes: Buffer): Buffer {
  directBytes += bytes.length
  if (directBytes > mostDirectBytes) return bytes
  let rest = bytes
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest))
  } catch (error) {
    // Another process that shares the descriptor may have made it non-blocking, and it is full. The stream can wait.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') onStdoutError(error as NodeJS.ErrnoException)
  }
  return rest
}

/** A reader that has seen enough (`pod logs | head`) is not an error. */
function onStdoutError(error: NodeJS.ErrnoException): never {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
}
