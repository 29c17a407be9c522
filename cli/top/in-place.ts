// A text that takes the place of the one before it on a terminal.
import { openStdout } from '../say/print.ts'
import { tame } from '../say/tame.ts'
import type { Cut } from './wrap.ts'

const esc = '\u001b'
const usual = { columns: 80, rows: 24 }

/** As much of it as the screen has room for; below is said how much more there is. `isFirst` clears the screen. */
export function drawInPlace(text: string, { cut, isFirst }: { cut: Cut; isFirst: boolean }): void {
  const out = openStdout()
  const { columns, rows } = { columns: out.columns || usual.columns, rows: out.rows || usual.rows }
  const shown = shortened(tame(text).split('\n'), rows - 1).map(
    line => `${cut.fitted(line, columns).trimEnd()}${esc}[K`,
  )
  out.write(`${isFirst ? `${esc}[2J` : ''}${esc}[H${shown.join('\n')}\n${esc}[J`)
}

function shortened(lines: string[], most: number): string[] {
  if (lines.length <= most) return lines
  return [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more lines`]
}
