// What a file exports by default, as far as it can be seen in its syntax tree, in an ES module or in CommonJS.
import type { Expression, FunctionDeclaration, Node, ObjectExpression, Program, Statement } from 'acorn'
import { simple } from 'acorn-walk'

/** A value that a file may have as its default export. */
export type Seen =
  | { is: 'function'; node: FunctionNode; name: string | undefined }
  | { is: 'object'; keys: readonly string[] }
  /** A class, or an instance of one. */
  | { is: 'class' }
  /** A text, a number, a list. */
  | { is: 'literal' }
  /** What a call returns. */
  | { is: 'made'; from: readonly Node[] }
  /** A file that a bundler made: its helpers hide what it exports. */
  | { is: 'bundled' }
  /** The default export of another file, as it is named there. */
  | { is: 'of-file'; path: string }
  | { is: 'unknown' }

export type FunctionNode = { params: readonly Node[] }

/** @returns undefined if there is no default export */
export function defaultOf(program: Program): Seen | undefined {
  const names = declared(program)
  const { body } = program
  const isModule = body.some(({ type }) => /^(?:Import|Export)/.test(type))
  const found = isModule ? ofModule(program) : ofCommonJs(program)
  return found && ('is' in found ? found : seen(found, names))
}

function ofModule({ body }: Program): Node | Seen | undefined {
  for (const node of body) {
    if (node.type === 'ExportDefaultDeclaration') return node.declaration
    if (node.type !== 'ExportNamedDeclaration') continue
    const as = node.specifiers.find(({ exported }) => nameOf(exported) === 'default')
    if (!as) continue
    if (!node.source) return as.local
    const path = String(node.source.value)
    return nameOf(as.local) === 'default' && isRelative(path) ? { is: 'of-file', path } : { is: 'unknown' }
  }
  return undefined
}

/** The last value that is given to `module.exports`, or to its member `default`. */
function ofCommonJs(program: Program): Node | Seen | undefined {
  let whole: Node | undefined
  let own: Node | Seen | undefined
  // esbuild names the exports once more, behind `0 && (module.exports = { … })`.
  let isBundled = false
  simple(program, {
    AssignmentExpression: ({ left, right }) => {
      if (isModuleExports(left)) {
        isBundled ||= right.type === 'CallExpression' && nameOf(right.callee) === '__toCommonJS'
        whole = right
      }
      if (left.type === 'MemberExpression' && nameOf(left.property) === 'default' && isExports(left.object)) own = right
    },
    CallExpression: ({ callee, arguments: [target, key] }) => {
      const defines = callee.type === 'MemberExpression' && nameOf(callee.property) === 'defineProperty'
      if (defines && target && isExports(target) && nameOf(key) === 'default') own = { is: 'bundled' }
    },
  })
  if (isBundled) return { is: 'bundled' }
  if (own) return own
  // Members alone make an object.
  return whole ?? (mentionsExports(program) ? { is: 'object', keys: [] } : undefined)
}

type Names = ReadonlyMap<string, Node | Seen>

/** What the names at the top of a file stand for. */
function declared({ body }: Program): Names {
  const names = new Map<string, Node | Seen>()
  for (const statement of body) {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (node) declare(node as Statement, names)
  }
  return names
}

function declare(node: Program['body'][number], names: Map<string, Node | Seen>): void {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return void names.set(node.id.name, node)
  if (node.type === 'VariableDeclaration')
    for (const { id, init } of node.declarations) if (id.type === 'Identifier' && init) names.set(id.name, init)
  if (node.type !== 'ImportDeclaration') return
  const path = String(node.source.value)
  for (const one of node.specifiers) {
    const isWhole = one.type === 'ImportDefaultSpecifier'
    names.set(one.local.name, isWhole && isRelative(path) ? { is: 'of-file', path } : { is: 'unknown' })
  }
}

function seen(node: Node | Seen, names: Names, from = new Set<string>()): Seen {
  if ('is' in node) return node
  const value = node as Expression | FunctionDeclaration
  switch (value.type) {
    case 'Identifier': {
      const known = from.has(value.name) ? undefined : names.get(value.name)
      if (!known) return { is: 'unknown' }
      const found = seen(known, names, from.add(value.name))
      return found.is === 'function' ? { ...found, name: value.name } : found
    }
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return { is: 'function', node: value, name: 'id' in value ? value.id?.name : undefined }
    case 'ObjectExpression':
      return ofObject(value, names, from)
    case 'ClassExpression':
    case 'NewExpression':
      return { is: 'class' }
    case 'Literal':
    case 'TemplateLiteral':
    case 'ArrayExpression':
      return { is: 'literal' }
    case 'AssignmentExpression':
      return seen(value.right, names, from)
    case 'AwaitExpression':
      return seen(value.argument, names, from)
    case 'CallExpression':
      return ofCall(value, names, from)
  }
  return (node.type as string) === 'ClassDeclaration' ? { is: 'class' } : { is: 'unknown' }
}

function ofObject({ properties }: ObjectExpression, names: Names, from: Set<string>): Seen {
  const keys: string[] = []
  for (const property of properties) {
    if (property.type !== 'Property' || property.computed) continue
    const key = nameOf(property.key)
    if (key === 'default') return seen(property.value, names, from)
    keys.push(key)
  }
  return { is: 'object', keys }
}

function ofCall(
  { callee, arguments: args }: Extract<Expression, { type: 'CallExpression' }>,
  names: Names,
  from: Set<string>,
): Seen {
  const [first] = args
  if (callee.type === 'Identifier' && callee.name === 'require' && first?.type === 'Literal') {
    const path = String(first.value)
    return isRelative(path) ? { is: 'of-file', path } : { is: 'unknown' }
  }
  // `module.exports = Object.assign(main, { config })`
  if (callee.type === 'MemberExpression' && nameOf(callee.object) === 'Object' && nameOf(callee.property) === 'assign')
    return first ? seen(first, names, from) : { is: 'unknown' }
  if (/^(?:require_|__)/.test(nameOf(callee))) return { is: 'bundled' }
  return { is: 'made', from: args }
}

function isRelative(path: string): boolean {
  return path.startsWith('.')
}

function isModuleExports(node: Node): boolean {
  const { type, object, property } = node as { type: string; object?: Node; property?: Node }
  return type === 'MemberExpression' && nameOf(object) === 'module' && nameOf(property) === 'exports'
}

function isExports(node: Node): boolean {
  return isModuleExports(node) || nameOf(node) === 'exports'
}

function mentionsExports(program: Program): boolean {
  let isFound = false
  simple(program, {
    MemberExpression: node => {
      isFound ||= isExports(node.object) || isModuleExports(node)
    },
  })
  return isFound
}

function nameOf(node: Node | undefined): string {
  const { name, value } = (node ?? {}) as { name?: unknown; value?: unknown }
  return String(name ?? value ?? '')
}
