// Shows a person that something is still going on. It writes to stderr, and only on a terminal.
import type { Output } from './output.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** What takes no longer than this needs no spinner. */
const patienceMs = 300

/** Waits for `work`; from 300 ms on it shows `text` with a spinner. */
export async function spin<T>(text: string, output: Output, work: Promise<T>): Promise<T> {
  if (output.json) return await work
  const startedAtMs = performance.now()
  let shown = 0
  const timer = setInterval(() => {
    // Looked at no sooner: most work is done by then, and the stream takes a while to make.
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
