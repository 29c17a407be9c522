// Shows a person that the command is still working. It writes to stderr, and only on a terminal.
import type { Output } from './output.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Work that takes no longer than this needs no spinner. */
const patienceMs = 300

/** Waits for `work`; from 300 ms on it shows `text` with a spinner. */
export async function spin<T>(text: string, output: Output, work: Promise<T>): Promise<T> {
  if (output.json) return await work
  const startedAtMs = performance.now()
  let shown = 0
  const timer = setInterval(() => {
    // The stream is looked at only now: most work is done by then, and the stream takes a while to make.
    if (performance.now() - startedAtMs < patienceMs || !process.stderr.isTTY) return
    process.stderr.write(`\r${frames[shown++ % frames.length]} ${text}`)
  }, 80)
  try {
    return await work
  } finally {
    clearInterval(timer)
    if (shown > 0) process.stderr.write('\r\u001b[K')
  }
}
