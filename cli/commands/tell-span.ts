// Tells the person at a terminal how the time they typed was understood. It must not read it.
import { styleText } from 'node:util'
import type { Output } from '../say/output.ts'
import { printErr } from '../say/print.ts'
import { spanText } from '../time/shown.ts'
import type { WireSpan } from '../time/time.ts'

/** One line on stderr, where a person looks at both stdout and stderr. */
export function tellSpan(span: WireSpan, { output, goesOn }: { output: Output; goesOn: boolean }): void {
  if (output.json || !output.isTerminal || !process.stderr.isTTY) return
  printErr(`${styleText('dim', spanText(span, { goesOn }), { stream: process.stderr })}\n`)
}
