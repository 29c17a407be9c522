// Finds where a place in a bundle comes from: the file by the comments that esbuild writes, the line by the source map.
import { SourceMap } from 'node:module'
import type { Place } from './warning.ts'

export type Built = { code: string; map: string; inputs: ReadonlySet<string> }

/** @returns the place that an offset in the code comes from; undefined for code that esbuild or p8a adds */
export function originsIn({ code, map, inputs }: Built): (offset: number) => Place | undefined {
  const starts = lineStarts(code)
  const files = fileOfEachLine(code, inputs)
  const sources = new SourceMap(JSON.parse(map))
  return offset => {
    const line = lineAt(starts, offset)
    const file = files[line - 1]
    if (file === undefined) return undefined
    const origin = sources.findOrigin(line, offset - (starts[line - 1] ?? 0) + 1)
    if (!('fileName' in origin)) return undefined
    // A package may ship a source map of its own, whose paths are not those of this machine.
    const isMapped = origin.fileName !== file
    return isMapped
      ? { file, line: 1, column: 1, source: '' }
      : { file, line: origin.lineNumber, column: origin.columnNumber, source: '' }
  }
}

/** The place of an offset in the text of a file. */
export function placeAt(text: string, { file, offset }: { file: string; offset: number }): Place {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  const line = text.slice(0, start).split('\n').length
  return { file, line, column: offset - start + 1, source: text.slice(start, end === -1 ? undefined : end) }
}

/** The offsets at which the lines of a text begin. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The line of an offset, from 1. */
function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low + 1
}

/** esbuild writes `// path/of/file.js` before the code of each file. */
function fileOfEachLine(code: string, inputs: ReadonlySet<string>): (string | undefined)[] {
  let file: string | undefined
  return code.split('\n').map(line => {
    const named = line.startsWith('// ') ? line.slice(3) : ''
    if (inputs.has(named)) file = named.includes(':') ? undefined : named
    return file
  })
}
