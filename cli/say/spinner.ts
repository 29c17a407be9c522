// Shows a person that the command is still working. It writes to stderr, and only on a terminal.
import type { Output } from './output.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Work that takes no longer than this needs no spinner. */
const patienceMs = 300

/** Text that is asked for anew each time that it is shown. */
type Text = string | (() => string)

/** Waits for `work`; from 300 ms on it shows `text` with a spinner. */
export async function spin<T>(text: Text, output: Output, work: Promise<T>): Promise<T> {
  const end = spinning(text, output)
  try {
    return await work
  } finally {
    end()
  }
}

/** Shows `text` with a spinner, from 300 ms on. @returns ends it; called again, it does nothing */
export function spinning(text: Text, output: Output): () => void {
  if (output.json) return () => {}
  const startedAtMs = performance.now()
  let shown = 0
  const timer = setInterval(() => {
    // The stream is looked at only now: most work is done by then, and the stream takes a while to make.
    if (performance.now() - startedAtMs < patienceMs || !process.stderr.isTTY) return
    process.stderr.write(`\r${frames[shown++ % frames.length]} ${typeof text === 'string' ? text : text()}\u001b[K`)
  }, 80)
  return () => {
    clearInterval(timer)
    if (shown > 0) process.stderr.write('\r\u001b[K')
    shown = 0
  }
}
