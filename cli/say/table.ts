// Tables and lists of facts, aligned. It knows nothing of what stands in them.
import { stripVTControlCharacters } from 'node:util'
import type { Output, Style } from './output.ts'
import { textWidth } from './width.ts'

/** A text, or a text with a style. */
export type Cell = string | readonly [text: string, style: Style]

/** A table with a head, columns two spaces apart. */
export async function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  output: Output,
): Promise<string> {
  const heads: Cell[] = head.map(text => [text, 'dim'])
  return await align([heads, ...rows], output)
}

/** Names and values below each other; what has no value is left out. */
export async function facts(
  rows: readonly (readonly [name: string, value: Cell | undefined])[],
  output: Output,
): Promise<string> {
  const given = rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[[name, 'dim'], value] as Cell[]],
  )
  return await align(given, output)
}

/**
 * A text without characters that break a line or control the terminal: pods and their authors choose some of the texts.
 */
export function plain(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.trim()
  // Here and not above, since to read the classes takes half a millisecond, and few texts need it.
  const controls = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu
  return stripVTControlCharacters(text).replace(controls, ' ').trim()
}

async function align(rows: readonly (readonly Cell[])[], output: Output): Promise<string> {
  const texts = rows.map(row => row.map(cell => plain(typeof cell === 'string' ? cell : cell[0])))
  const width = await textWidth(texts.flat())
  const widths = (texts[0] ?? []).map((_, column) => Math.max(...texts.map(row => width(row[column] ?? ''))))
  const lines = rows.map((row, y) =>
    row
      .map((cell, x) => {
        const text = texts[y]?.[x] ?? ''
        const last = row.slice(x + 1).every((_, after) => texts[y]?.[x + 1 + after] === '')
        const painted = typeof cell === 'string' || text === '' ? text : output.paint(cell[1], text)
        return last ? painted : painted + ' '.repeat((widths[x] ?? 0) - width(text))
      })
      .join('  ')
      .trimEnd(),
  )
  return lines.join('\n')
}
