// Checks that comments, messages and pages are in plain English: prints each sentence that a rule of scripts/words/rules.ts finds, with
// what to write in its place. The code is 1 then.
//   npm run words [part of a path …]
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rules } from './words/rules.ts'
import { sentencesOf } from './words/sentences.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const parts = process.argv.slice(2)
// The rules and their tests hold the dialect itself.
const exclude = ['**/node_modules/**', 'scripts/words/rules.ts', 'test/scripts/words/**', 'test/fixtures/bad/**']
const patterns = ['*.md', 'docs/*.md', '{bin,protocol,daemon,shim,cli,pods,scripts,test,etc}/**/*.{ts,js,cjs,mjs,jsx}']

process.stdout.on('error', () => process.exit())
const files = globSync(patterns, { cwd: root, exclude }).sort()
let found = 0
for (const file of files.filter(file => parts.length === 0 || parts.some(part => file.includes(part)))) {
  for (const { line, text } of sentencesOf(file, readFileSync(join(root, file), 'utf8'))) {
    for (const { name, pattern, instead } of rules) {
      const [words] = pattern.exec(text) ?? []
      if (words === undefined) continue
      found++
      process.stdout.write(`${file}:${line}: ${name}, "${words.trim()}": write ${instead}\n    ${text}\n`)
    }
  }
}
process.exitCode = found === 0 ? 0 : 1
