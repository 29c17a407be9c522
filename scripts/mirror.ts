// Prints which test mirrors each source file of the product, or why none does. A file with functions that has neither is
// named, and so is a reason that is none any more; the code is 1 then.
//   npm run mirror [-- --check]   only what is wrong
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exceptions } from './mirror/exceptions.ts'
import { complaintsOf, mirrorsOf, type Tested } from './mirror/mirrors.ts'
import { startedBy } from './mirror/started.ts'
import { type Code, readCode } from './source/code.ts'
import { sourceFiles } from './source/files.ts'

/** The folders of the product. */
const product = /^(protocol|daemon|shim|cli|pods)\//

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

// A reader that has seen enough (`npm run mirror | head`) is no error.
process.stdout.on('error', () => process.exit())
const files = sourceFiles(root).filter(file => product.test(file) && file.endsWith('.ts'))
const tests = globSync('test/**/*.ts', { cwd: root, exclude: ['test/fixtures/**'] })
const codes = await codesOf([...files, ...tests])
const tested = { sources: files.filter(file => codes.get(file)?.hasFunctions), codes, exceptions }
if (!process.argv.includes('--check')) printTable(tested)
const complaints = complaintsOf(tested)
for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
process.exitCode = complaints.length === 0 ? 0 : 1

async function codesOf(all: string[]): Promise<Map<string, Code>> {
  const codes = await Promise.all(
    all.map(async file => {
      const text = read(file)
      const code = await readCode(text)
      const imports = file.startsWith('test/') ? [...code.imports, ...startedBy(text)] : code.imports
      return [file, { ...code, imports }] as const
    }),
  )
  return new Map(codes)
}

function printTable(all: Tested): void {
  const rows = mirrorsOf(all)
  const width = Math.max(...rows.map(({ file }) => file.length))
  for (const { file, how, by } of rows) {
    process.stdout.write(`${file.padEnd(width)}  ${how === 'untested' ? 'UNTESTED' : by.replaceAll('test/', '')}\n`)
  }
  const count = (how: string) => rows.filter(row => row.how === how).length
  process.stdout.write(
    `\n${rows.length} files with functions: ${count('tested')} mirrored, ${count('excepted')} excepted, ${count('untested')} untested; ` +
      `${files.length - rows.length} more have types or data alone\n`,
  )
}
