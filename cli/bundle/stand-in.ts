// Writes what stands in a bundle for a CommonJS file in sloppy mode: the file as a text that is compiled when it is
// required, and one line of code for each thing that it requires or imports. Pure.
import { type Program, parse } from 'acorn'
import { placeAt } from './origins.ts'
import { type Asked, asksIn } from './requires.ts'
import type { Place } from './warning.ts'

/** The module in the bundle that compiles the texts. */
export const runnerPath = 'p8a:sloppy'

export type StandIn = {
  /** What esbuild is given in place of the file. */
  contents: string
  /** For lines of `contents`, counted from 1: the place in the file that asks for what the line asks for. */
  places: ReadonlyMap<number, Place>
  text: string
  program: Program
}

/**
 * @param file its path as messages show it
 * @returns undefined if the file is an ES module, is strict, or does not parse
 */
export function standInFor(text: string, file: string): StandIn | undefined {
  if (beginsStrict.test(text)) return undefined
  const program = parseScript(text)
  if (!program || isStrict(program)) return undefined
  const asked = asksIn(program)
  const lines: string[] = []
  const places = new Map<number, Place>()
  const add = (line: string, one?: Asked) => {
    if (one && lines.includes(line)) return
    lines.push(line)
    if (one) places.set(lines.length, placeOf(one, { file, text }))
  }
  add(`require(${JSON.stringify(runnerPath)})(module, { required: {`)
  for (const one of asked) if (one.how === 'require' && hasText(one)) add(requiredLine(one, one.what.text), one)
  add('}, imported: {')
  for (const one of asked) if (one.how === 'import' && hasText(one)) add(importedLine(one.what.text), one)
  add('}, patterns: [')
  for (const one of asked) if (one.how !== 'resolve' && hasParts(one)) add(patternLine(one, one.what.parts), one)
  const importer = importerFor(text)
  const facts = { file, importer, text: textToCompile(text, { asked, importer }) }
  add(`], require, filename: __filename, dirname: __dirname, ...${JSON.stringify(facts)} })`)
  return { contents: lines.join('\n'), places, text, program }
}

/** Blanks and comments, then the directive; what this misses is found by parsing, which takes longer. */
const beginsStrict = /^(?:#![^\n]*)?(?:\s|\/\/[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)*(['"])use strict\1/

/** The place at which a file asks for a module. */
export function placeOf({ node }: Asked, { file, text }: { file: string; text: string }): Place {
  return placeAt(text, { file, offset: node.start })
}

/** The syntax tree of a CommonJS file; undefined if it does not parse as one. */
export function parseScript(text: string): Program | undefined {
  try {
    return parse(text.replace(/^\uFEFF/, ' '), {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    })
  } catch {
    // An ES module does not parse as a script; if the file is neither, esbuild says where it is wrong.
    return undefined
  }
}

function isStrict({ body }: Program): boolean {
  return body.some(node => node.type === 'ExpressionStatement' && node.directive === 'use strict')
}

function hasText(asked: Asked): asked is Asked & { what: { text: string } } {
  return asked.what !== undefined && 'text' in asked.what
}

function hasParts(asked: Asked): asked is Asked & { what: { parts: string[] } } {
  return asked.what !== undefined && 'parts' in asked.what
}

/** If a `try` stands around a require, esbuild leaves what it does not find to run time; so it needs the `try` here too. */
function requiredLine({ isTried }: Asked, text: string): string {
  const [name, call] = [JSON.stringify(text), `require(${JSON.stringify(text)})`]
  return `${name}: () => ${isTried ? `{ try { return ${call} } catch (error) { throw error } }` : call},`
}

function importedLine(text: string): string {
  return `${JSON.stringify(text)}: () => import(${JSON.stringify(text)}),`
}

/** esbuild takes every file that the pattern matches into the bundle. */
function patternLine({ how }: Asked, parts: readonly string[]): string {
  const names = parts.slice(1).map((_, index) => `a${index}`)
  const template = parts.map(
    (part, index) => `${escapeTemplate(part)}${names[index] === undefined ? '' : `\${${names[index]}}`}`,
  )
  const pattern = parts.map(part => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('(.*)')
  return `[${JSON.stringify(how)}, /^${pattern}$/s, (${names.join(', ')}) => ${how}(\`${template.join('')}\`)],`
}

function escapeTemplate(text: string): string {
  return text.replace(/[\\`]|\$\{/g, '\\$&')
}

/** A name that is as long as `import`, so that every column stays what it is. */
function importerFor(text: string): string {
  return ['$mport', '_mport', '$$port', '__port'].find(name => !text.includes(name)) ?? '$$$$rt'
}

function textToCompile(text: string, { asked, importer }: { asked: readonly Asked[]; importer: string }): string {
  // The body of a function can have no `#!` line.
  let compiled = text.replace(/^\uFEFF/, ' ').replace(/^ ?#!/, '//')
  for (const { how, node } of asked) {
    if (how === 'import') compiled = `${compiled.slice(0, node.start)}${importer}${compiled.slice(node.start + 6)}`
  }
  return compiled
}
