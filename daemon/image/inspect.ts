// What can be known about a pod's code without running it: whether it parses, what it exports, and its config. It knows
// nothing of where images are kept.
import type { Expression, Node, ObjectExpression, Program, Property } from 'acorn'
import { type PodConfig, parseConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { findExports } from './exports.ts'
import { parseProgram } from './parser.ts'
import { type Place, placeIn } from './place.ts'

export type Inspected = {
  format: 'esm' | 'cjs'
  /** Names of the exports beside the default, `config`, and `commands` if that is an object. */
  exports: string[]
  config: PodConfig
}

/**
 * Reads an image statically.
 * @param code JavaScript, an ES module or CommonJS
 * @param source its source map and the name of its file, so that places are those of the source
 * @throws {P8aError} `bad_image` if it does not parse or has neither a default export nor `fetch`; `bad_config` with the place
 */
export function inspectImage(code: string, source: { map?: string; file: string }): Inspected {
  if (code.trim() === '') throw new P8aError('bad_image', 'Cannot push: the image is empty', { hint: howToWrite })
  const program = parseCode(code, source)
  const { format, names, values, text } = findExports(program)
  const place = (node: Node) => (text ? placeIn(text.code, node.start, text) : placeIn(code, node.start, source))
  if (!names.has('default') && !names.has('fetch')) {
    throw new P8aError('bad_image', `Cannot push ${source.file}: it has no default export`, { hint: howToWrite })
  }
  refuseNoFunction(values.get('default'), place)
  const config = names.has('config') ? readConfig(values.get('config') as Expression | undefined, place) : {}
  const isCommands = (name: string) => name === 'commands' && values.get(name)?.type === 'ObjectExpression'
  const exports = [...names].filter(name => name !== 'default' && name !== 'config' && !isCommands(name)).sort()
  return { format, exports, config }
}

const howToWrite =
  'A pod is a file with: export default async (params, bus, p8a) => { … }, or: export const fetch = request => new Response(…)'

/**
 * Refuses a default export that is visibly not a function; otherwise only the attempts to start it would show that.
 */
function refuseNoFunction(value: Node | undefined, place: PlaceOf): void {
  if (
    !value ||
    !['Literal', 'TemplateLiteral', 'ArrayExpression', 'ClassExpression', 'ClassDeclaration'].includes(value.type)
  )
    return
  const at = place(value)
  throw new P8aError('bad_image', `Cannot push: the default export is not a function (${at})`, {
    hint: howToWrite,
    facts: { file: at.file, line: at.line, column: at.column },
  })
}

function parseCode(code: string, source: { map?: string; file: string }): Program {
  const options = { ecmaVersion: 'latest', allowHashBang: true, allowAwaitOutsideFunction: true } as const
  try {
    return parseProgram(code, { ...options, sourceType: 'module' })
  } catch (error) {
    // Old CommonJS may use syntax that modules forbid, such as `with` or octal numbers.
    const asScript = parseScript(code)
    if (asScript) return asScript
    const { pos = 0, message = String(error) } = error as { pos?: number; message?: string }
    const at = placeIn(code, pos, source)
    const line = at.text === '' ? '' : `: ${at.text}`
    throw new P8aError('bad_image', `Cannot push: syntax error at ${at}: ${message.replace(/ \(\d+:\d+\)$/, '')}`, {
      hint: `Repair the code${line}`,
      facts: { file: at.file, line: at.line, column: at.column },
      cause: error,
    })
  }
}

function parseScript(code: string): Program | undefined {
  try {
    return parseProgram(code, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    })
  } catch {
    // The caller reports the error of the parse as a module.
    return undefined
  }
}

type PlaceOf = (node: Node) => Place

function readConfig(node: Expression | undefined, place: PlaceOf): PodConfig {
  if (!node) {
    throw new P8aError('bad_config', 'Cannot read the config: it is not written as a literal where it is exported', {
      hint: 'Write it as: export const config = { … }',
    })
  }
  const value = readLiteral(node, 'config', place)
  try {
    return parseConfig(value)
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    const at = place(findKey(node, String(error.facts.key ?? '')))
    throw new P8aError('bad_config', `${error.message} (${at})`, {
      hint: error.steps,
      facts: { ...error.facts, file: at.file, line: at.line, column: at.column },
    })
  }
}

/** The value of a literal: objects, lists, texts, numbers, booleans, null; nothing that has to be run. */
function readLiteral(node: Expression, path: string, place: PlaceOf): unknown {
  switch (node.type) {
    case 'Literal':
      if (node.regex || node.bigint) break
      return node.value
    case 'TemplateLiteral':
      if (node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? ''
      break
    case 'UnaryExpression':
      if ((node.operator === '-' || node.operator === '+') && node.argument.type === 'Literal') {
        return node.operator === '-' ? -Number(node.argument.value) : Number(node.argument.value)
      }
      // esbuild writes `true` and `false` so.
      if (node.operator === '!' && node.argument.type === 'Literal') return !node.argument.value
      break
    case 'ArrayExpression':
      return node.elements.map((element, index) => {
        if (!element || element.type === 'SpreadElement') throw notLiteral(element ?? node, `${path}.${index}`, place)
        return readLiteral(element, `${path}.${index}`, place)
      })
    case 'ObjectExpression':
      return Object.fromEntries(
        node.properties.map(property => {
          const key = property.type === 'Property' ? keyOf(property) : undefined
          if (key === undefined || property.type !== 'Property') throw notLiteral(property, path, place)
          return [key, readLiteral(property.value, `${path}.${key}`, place)]
        }),
      )
  }
  throw notLiteral(node, path, place)
}

function keyOf(property: Property): string | undefined {
  if (property.computed || property.kind !== 'init' || property.method || property.shorthand) return undefined
  if (property.key.type === 'Identifier') return property.key.name
  return property.key.type === 'Literal' ? String(property.key.value) : undefined
}

function notLiteral(node: Node, path: string, place: PlaceOf): P8aError {
  const at = place(node)
  return new P8aError('bad_config', `Cannot read the config: ${path} is not a plain literal (${at})`, {
    hint: 'The host reads the config without running the code: write plain texts, numbers, booleans, lists and objects',
    facts: { key: path.replace(/^config\.?/, ''), file: at.file, line: at.line, column: at.column },
  })
}

/** The node of `a.b` within an object literal, or of the part of the path that exists. */
function findKey(node: Expression, path: string): Node {
  let found: Node = node
  let object: Expression = node
  for (const key of path === '' ? [] : path.split('.')) {
    const property = object.type === 'ObjectExpression' ? propertyOf(object, key) : undefined
    if (!property) return found
    found = property
    object = property.value
  }
  return found
}

function propertyOf(object: ObjectExpression, key: string): Property | undefined {
  return object.properties.find(
    (property): property is Property => property.type === 'Property' && keyOf(property) === key,
  )
}
