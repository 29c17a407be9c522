// Prints all source files by folder: of each folder what docs/DESIGN.md says, of each file the first sentence of its head.
//   npm run map [-- cli daemon/tree …]   only the folders that begin with one of these
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { foldersIn, readDesign } from './source/design.ts'
import { foldersOf, sourceFiles } from './source/files.ts'
import { firstSentence, headOf } from './source/head.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2).map(folder => folder.replace(/\/$/, ''))
const files = sourceFiles(root)
const about = foldersIn(readDesign(root))

// A reader that has seen enough (`npm run map | head`) is no error.
process.stdout.on('error', () => process.exit())
process.stdout.write(foldersOf(files).filter(isWanted).map(partOfMap).join('\n'))

function isWanted(folder: string): boolean {
  return wanted.length === 0 || wanted.some(name => folder === name || folder.startsWith(`${name}/`))
}

function partOfMap(folder: string): string {
  const text = (about.get(folder) ?? []).map(line => `  ${line}\n`)
  const inside = files.filter(file => dirname(file) === folder)
  return `${folder}/\n${text.join('')}\n${inside.map(file => `    ${basename(file)}: ${summaryOf(file)}\n`).join('')}`
}

function summaryOf(file: string): string {
  return firstSentence(headOf(readFileSync(join(root, file), 'utf8')))
}
