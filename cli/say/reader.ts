// Notices that nobody reads stdout any more, before there is anything to write: `pod logs --follow | grep -m 1 ready`.
import { spawn } from 'node:child_process'
import { fstatSync, writeSync } from 'node:fs'

/** How often to look at a socket. */
const lookMs = 200

/**
 * Ends the process once the reader of stdout is gone, as it would end at the next line. A file and a terminal have no
 * reader. Where the machine has no GNU `tail`, only the next line shows that the reader of a pipe is gone.
 * @returns a function that ends the watch
 */
export function endWithReader(): () => void {
  const stdout = fstatSync(1)
  if (stdout.isFIFO()) return watchPipe()
  if (stdout.isSocket()) return watchSocket()
  return () => {}
}

/**
 * The kernel tells by poll() on the end that writes, and Node has no way to ask for that alone; `tail -f` does. It ends by
 * SIGPIPE then; any other end says nothing. It has the pipe open too, so it must not outlive this process.
 */
function watchPipe(): () => void {
  const tail = spawn('tail', ['-f', `--pid=${process.pid}`, '/dev/null'], { stdio: ['ignore', 'inherit', 'ignore'] })
  tail.on('error', () => {})
  tail.on('exit', (_code, signal) => {
    if (signal === 'SIGPIPE') process.exit(0)
  })
  tail.unref()
  const end = () => void tail.kill()
  process.on('exit', end)
  return () => {
    process.off('exit', end)
    tail.removeAllListeners('exit')
    end()
  }
}

/** A write of nothing fails where nobody reads. */
function watchSocket(): () => void {
  const timer = setInterval(() => {
    try {
      writeSync(1, '')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
    }
  }, lookMs).unref()
  return () => clearInterval(timer)
}
