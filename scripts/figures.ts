// Prints how large the house is: files, functions and folders of each part, and circles of imports.
//   npm run figures [-- DIRECTORY]   of another checkout
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCode } from './source/code.ts'
import { parts, sourceFiles } from './source/files.ts'
import { functionsIn } from './source/functions.ts'
import { circlesOf, graphOf } from './source/graph.ts'

/** What a file, a function and a folder should not be longer than. */
const [mostLines, mostFunctionLines, mostFiles] = [200, 40, 20]

const root = process.argv[2] === undefined ? fileURLToPath(new URL('..', import.meta.url)) : resolve(process.argv[2])
const files = sourceFiles(root).filter(file => file.endsWith('.ts'))
const texts = new Map(files.map(file => [file, readFileSync(join(root, file), 'utf8')]))
const lines = new Map([...texts].map(([file, text]) => [file, text.split('\n').length - 1]))

printParts()
await printCircles()
printLong()
printFolders()

function printParts(): void {
  const head = ['part', 'files', 'lines', 'median', 'mean', 'p90', 'longest', `over ${mostLines}`]
  const rows = parts.flatMap(part => {
    const inside = files.filter(file => file.startsWith(`${part}/`))
    return inside.length === 0 ? [] : [[part, ...figuresOf(inside)]]
  })
  const product = files.filter(file => !file.startsWith('scripts/'))
  print([head, ...rows, ['all but scripts', ...figuresOf(product)]])
}

function figuresOf(inside: string[]): string[] {
  const lengths = inside.map(file => lines.get(file) ?? 0).sort((a, b) => a - b)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const longest = inside.find(file => lines.get(file) === lengths.at(-1))
  const over = lengths.filter(length => length > mostLines).length
  return [
    ...[inside.length, total, quantile(lengths, 0.5), (total / inside.length).toFixed(1), quantile(lengths, 0.9)],
    `${lengths.at(-1)} ${longest}`,
    over,
  ].map(String)
}

/** Of values that are sorted. */
function quantile(values: readonly number[], part: number): number {
  const at = (values.length - 1) * part
  const [below = 0, above = 0] = [values[Math.floor(at)], values[Math.ceil(at)]]
  return Math.round((below + (above - below) * (at % 1)) * 10) / 10
}

async function printCircles(): Promise<void> {
  const codes = await Promise.all([...texts].map(async ([file, text]) => [file, await readCode(text)] as const))
  const circles = circlesOf(graphOf(new Map(codes)))
  print([['circles of imports', 'files'], ...circles.map(circle => [circle.join(' '), String(circle.length)])])
  process.stdout.write(`${circles.length} circles\n\n`)
}

function printLong(): void {
  const long = [...texts].flatMap(([file, text]) => {
    const found = functionsIn(text).filter(({ lines }) => lines > mostFunctionLines)
    return found.map(({ name, line, lines }) => [`${file}:${line}`, name, String(lines)])
  })
  print([[`functions over ${mostFunctionLines} lines`, 'name', 'lines'], ...long])
  const ofProduct = long.filter(([place]) => !place?.startsWith('scripts/')).length
  process.stdout.write(`${ofProduct} functions, and ${long.length - ofProduct} in scripts\n\n`)
}

function printFolders(): void {
  const counts = Map.groupBy(files, file => dirname(file))
  const sorted = [...counts].map(([folder, inside]) => [folder, String(inside.length)])
  print([['folder', 'files'], ...sorted.sort((a, b) => Number(b[1]) - Number(a[1]))])
  const over = sorted.filter(([, count]) => Number(count) > mostFiles).length
  process.stdout.write(`${over} folders with more than ${mostFiles} files\n`)
}

/** A table of Markdown. */
function print([head = [], ...rows]: string[][]): void {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`
  process.stdout.write(`${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}\n`)
}
