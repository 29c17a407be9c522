// Finds a place in the source that a person wrote, by the bundle's source map if there is one.
import { SourceMap } from 'node:module'

export class Place {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** The line's text, if it is known. */
  readonly text: string

  constructor(at: { file: string; line: number; column: number; text: string }) {
    this.file = at.file
    this.line = at.line
    this.column = at.column
    this.text = at.text
  }

  toString(): string {
    return `${this.file}:${this.line}:${this.column}`
  }
}

/** The place of `offset` in `code`, or of what it was bundled from. */
export function placeIn(code: string, offset: number, source: { map?: string; file: string }): Place {
  const before = code.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - (before.lastIndexOf('\n') + 1) + 1
  const origin = source.map === undefined ? undefined : findOrigin(source.map, line, column)
  if (origin) return new Place({ ...origin, text: '' })
  return new Place({ file: source.file, line, column, text: (code.split('\n')[line - 1] ?? '').trim().slice(0, 120) })
}

function findOrigin(
  map: string,
  line: number,
  column: number,
): { file: string; line: number; column: number } | undefined {
  try {
    const origin = new SourceMap(JSON.parse(map)).findOrigin(line, column)
    if (!('fileName' in origin) || typeof origin.fileName !== 'string') return undefined
    return { file: origin.fileName, line: origin.lineNumber, column: origin.columnNumber }
  } catch {
    // Without a usable source map only the places are lost.
    return undefined
  }
}
