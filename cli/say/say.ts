// What the command says to people beside its result: good news, warnings, errors. consola sorts them by kind; only its
// core is loaded, and only when there is something to say.
import { styleText } from 'node:util'
import type { ConsolaReporter, LogObject } from 'consola/core'
import { printErr, printOut } from './print.ts'
import { tame } from './tame.ts'

/** `success` goes to stdout, `warn`, `error` and `info` (a hint) to stderr. */
export type Kind = 'success' | 'warn' | 'error' | 'info'

const labels: Record<Kind, string> = {
  success: '',
  warn: styleText('yellow', 'warning:', { stream: process.stderr }),
  error: styleText(['red', 'bold'], 'error:', { stream: process.stderr }),
  info: styleText('cyan', 'hint:', { stream: process.stderr }),
}

/** Says `text` in one line that begins with its kind. */
export async function say(kind: Kind, text: string): Promise<void> {
  const { createConsola } = await import('consola/core')
  createConsola({ level: 5, throttle: 0, reporters: [reporter] })[kind](text)
}

const reporter: ConsolaReporter = {
  log({ type, args }: LogObject): void {
    const text = tame(args.join(' '))
    if (type === 'success') printOut(`${tick()}${text}\n`)
    else printErr(`${labels[type as Kind]} ${text}\n`)
  },
}

function tick(): string {
  return process.stdout.isTTY ? `${styleText('green', '✔', { stream: process.stdout })} ` : ''
}
