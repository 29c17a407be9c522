// What esbuild could not do, as one error with the place in it. It must not read any file.
import { builtinModules } from 'node:module'
import type { BuildFailure, Message } from 'esbuild'
import { P8aError } from '../../protocol/errors.ts'

/** The most characters of the offending line that a message shows. */
const mostSource = 100

/** The error for a build of `file` that failed: its first problem, and how many more there are. */
export function bundleError(failure: BuildFailure, file: string): P8aError {
  const [first, ...more] = failure.errors ?? []
  if (!first)
    return new P8aError('bundle_failed', `Cannot bundle ${JSON.stringify(file)}: ${failure.message}`, {
      cause: failure,
    })
  const missing = /^Could not resolve "(.*)"/s.exec(first.text)?.[1]
  const what = missing === undefined ? plain(first.text) : `cannot find ${JSON.stringify(missing)}`
  const rest = more.length > 0 ? ` (and ${more.length} more)` : ''
  // Code that does not parse has the error code that a host would give it.
  const code = missing === undefined ? 'bad_image' : 'bundle_failed'
  const hint = missing === undefined ? hintForCode(first.text) : hintFor(missing, first)
  return new P8aError(code, `Cannot bundle ${JSON.stringify(file)}: ${what}${place(first)}${rest}`, {
    hint,
    facts: { ...facts(first, file), ...(missing === undefined ? {} : { import: missing }) },
  })
}

/** What esbuild says if a builtin lacks a name; the path is that of the module in the builtin's place. */
const missingName = /^No matching export in "builtin:(.*)" for import (".*")$/

function plain(text: string): string {
  return text.replace(missingName, '"$1" has no export $2')
}

function hintForCode(text: string): string {
  if (!missingName.test(text)) return 'Repair the code there, then push again'
  return `Node ${process.version} has no such export; if only the host's Node has it, use import * as`
}

/** ` at app.ts:3:14: const y = = 2`; lines and columns count from 1. */
function place({ location }: Message): string {
  if (!location) return ''
  const source = location.lineText.trim()
  const shown = source.length > mostSource ? `${source.slice(0, mostSource)}…` : source
  return ` at ${location.file}:${location.line}:${location.column + 1}${shown ? `: ${shown}` : ''}`
}

function facts({ location, text }: Message, file: string): Record<string, unknown> {
  if (!location) return { file, text: plain(text) }
  return {
    file: location.file,
    line: location.line,
    column: location.column + 1,
    source: location.lineText,
    text: plain(text),
  }
}

function hintFor(missing: string, { location }: Message): string {
  if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(missing))
    return `Check that path; it is relative to ${location?.file ?? 'the file'}`
  if (missing.startsWith('node:')) return `This Node has no such builtin; it has ${builtinModules.length} others`
  if (missing.startsWith('#')) return 'Check "imports" in package.json'
  const name = missing.split('/', missing.startsWith('@') ? 2 : 1).join('/')
  return `npm install ${name}`
}
