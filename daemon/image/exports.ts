// Finds a module's exports in its syntax tree, and the values of `config` and the default, in an ES module or in
// CommonJS, written by hand or by a bundler.
import type { Expression, Node, ObjectExpression, Pattern, Program } from 'acorn'
import { simple } from 'acorn-walk'
import { findCommonJsExports } from './exports-commonjs.ts'
import { parseProgram } from './parser.ts'

export type FoundExports = {
  format: 'esm' | 'cjs'
  names: ReadonlySet<string>
  /** The value of each export; absent if it cannot be seen. */
  values: ReadonlyMap<string, Node>
  /** The source that the values stand in, if it is a text within the code. */
  text?: { code: string; file: string }
}

export function findExports(program: Program): FoundExports {
  const esm = findModuleExports(program)
  if (!esm.isModule) return { format: 'cjs', ...findCommonJsExports(program) }
  const bundled = bundledCommonJs(program)
  if (!bundled) return { format: 'esm', names: esm.names, values: esm.values }
  const text = sloppyText(bundled)
  const cjs = findCommonJsExports(text ? parseProgram(text.code, scriptOptions) : bundled)
  return { format: 'esm', names: new Set([...esm.names, ...cjs.names]), values: cjs.values, ...(text && { text }) }
}

const scriptOptions = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowReturnOutsideFunction: true,
} as const

/** A CommonJS file in sloppy mode, which the bundler of p8a keeps as a text: `{ file: '…', importer: '…', text: '…' }`. */
function sloppyText(wrapper: Node): FoundExports['text'] {
  let found: FoundExports['text']
  simple(wrapper, {
    ObjectExpression: node => {
      const { file, importer, text } = textsIn(node)
      if (file !== undefined && importer !== undefined && text !== undefined) found = { code: text, file }
    },
  })
  return found
}

function textsIn({ properties }: ObjectExpression): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const property of properties) {
    if (property.type !== 'Property' || property.value.type !== 'Literal') continue
    const { key, value } = { key: property.key, value: property.value.value }
    if (key.type === 'Literal' && typeof value === 'string') texts[String(key.value)] = value
  }
  return texts
}

/** The wrapper of a CommonJS file that esbuild bundled: `var require_app = __commonJS({…}); export default require_app()`. */
function bundledCommonJs(program: Program): Node | undefined {
  const exported = program.body.find(node => node.type === 'ExportDefaultDeclaration')?.declaration
  if (exported?.type !== 'CallExpression' || exported.callee.type !== 'Identifier') return undefined
  return /^require_/.test(exported.callee.name) ? initialValues(program).get(exported.callee.name) : undefined
}

function findModuleExports(program: Program) {
  const names = new Set<string>()
  const values = new Map<string, Node>()
  const variables = initialValues(program)
  let isModule = false
  const add = (name: string, value: Node | undefined) => {
    names.add(name)
    if (value) values.set(name, value)
  }
  for (const node of program.body) {
    isModule ||= /^(?:Import|Export)/.test(node.type)
    if (node.type === 'ExportDefaultDeclaration') add('default', resolved(node.declaration, variables))
    if (node.type === 'ExportAllDeclaration' && node.exported) add(textOf(node.exported), undefined)
    if (node.type !== 'ExportNamedDeclaration') continue
    for (const name of declaredNames(node.declaration)) add(name, variables.get(name))
    for (const { exported, local } of node.specifiers) {
      add(textOf(exported), node.source ? undefined : variables.get(textOf(local)))
    }
  }
  return { names, values, isModule }
}

function resolved(node: Node, variables: Variables): Node {
  const { type, name } = node as { type: string; name?: string }
  return (type === 'Identifier' && name !== undefined && variables.get(name)) || node
}

function textOf(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? (node.name ?? '') : String(node.value)
}

type Declaration = NonNullable<Extract<Program['body'][number], { type: 'ExportNamedDeclaration' }>['declaration']>

function declaredNames(declaration: Declaration | null | undefined): string[] {
  if (!declaration) return []
  if (declaration.type !== 'VariableDeclaration') return [declaration.id.name]
  return declaration.declarations.flatMap(({ id }) => boundNames(id))
}

/** The names that a pattern binds: `a`, `{ a, b: [c] }`. */
function boundNames(pattern: Pattern | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap(property =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      )
    case 'ArrayPattern':
      return pattern.elements.flatMap(boundNames)
    case 'AssignmentPattern':
      return boundNames(pattern.left)
    case 'RestElement':
      return boundNames(pattern.argument)
    default:
      return []
  }
}

type Variables = ReadonlyMap<string, Expression>

/** The first values of the variables at the top of the module. */
function initialValues(program: Program): Variables {
  const values = new Map<string, Expression | undefined>()
  for (const node of program.body) {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (declaration?.type !== 'VariableDeclaration') continue
    for (const { id, init } of declaration.declarations) {
      if (id.type === 'Identifier' && !values.has(id.name)) values.set(id.name, init ?? undefined)
    }
  }
  return new Map([...values].flatMap(([name, value]) => (value ? [[name, value] as const] : [])))
}
