// Texts with colors, cut into rows of a screen. Pure.
import { textWidth, type Width } from '../say/width.ts'

const esc = '\u001b'
const off = `${esc}[0m`
const pieces = new RegExp(`${esc}\\[[\\d;:]*m|[^${esc}]`, 'gu')
const tabWidth = 8

/** How many sequences are kept of those that came since the last reset. */
const mostKept = 16

/** Cuts texts by the columns that `width` says they take. */
export class Cut {
  readonly width: Width

  constructor(width: Width) {
    this.width = width
  }

  static async load(): Promise<Cut> {
    return new Cut(await textWidth())
  }

  /** The rows that a text takes; each has the colors that it needs, and ends them. */
  wrapped(text: string, columns: number): string[] {
    const rows: string[] = []
    let [row, taken] = ['', 0]
    let colors: string[] = []
    const end = () => {
      rows.push(colors.length > 0 ? `${row}${off}` : row)
      row = colors.join('')
      taken = 0
    }
    for (const [piece] of text.matchAll(pieces)) {
      if (piece.length > 2 && piece.startsWith(esc)) {
        colors = isOff(piece) ? [] : [...colors, piece].slice(-mostKept)
        row += piece
        continue
      }
      const letter = piece === '\t' ? ' '.repeat(tabWidth - (taken % tabWidth)) : piece
      const wide = this.width(letter)
      if (taken + wide > columns && taken > 0) end()
      row += letter
      taken += wide
    }
    end()
    return rows
  }

  /** One row with exactly so many columns; a text that was too long ends in `…`. */
  fitted(text: string, columns: number): string {
    const [whole = '', ...more] = this.wrapped(text, columns)
    if (more.length === 0) return whole + ' '.repeat(Math.max(0, columns - this.width(whole)))
    const room = columns - 1
    const [first = ''] = this.wrapped(text, Math.max(1, room))
    const head = this.width(first) > room ? '' : first
    return `${head}…${' '.repeat(room - this.width(head))}`
  }
}

/** Whether it ends all colors. */
function isOff(sequence: string): boolean {
  return /\[0*m$/.test(sequence)
}
