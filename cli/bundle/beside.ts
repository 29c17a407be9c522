// Reads paths that begin with a file's own directory: by __dirname, by import.meta.url, by variables that hold it. Pure.
import type { Identifier, Node, Pattern, Program } from 'acorn'
import { ancestor } from 'acorn-walk'

/** What the code calls the directory, the file and require. */
export type Names = {
  dirname: string
  filename: string
  require: string
}

export type Scope = { isDir: (node: Node) => boolean; requires: ReadonlySet<string> }

/** Which names stand in this code for the file's own directory, and which for a require that it made. */
export function scopeOf(program: Program, { dirname, filename }: Names): Scope {
  const dirs = new Set([dirname])
  const requires = new Set<string>()
  const isDir = (node: Node): boolean => {
    if (node.type === 'Identifier') return dirs.has((node as Identifier).name)
    if (isMeta(node, 'dirname')) return true
    const { callee, arguments: [first] = [] } = node as Node & { callee?: Node; arguments?: Node[] }
    if (node.type === 'NewExpression' && callee && calleeName(callee) === 'URL')
      return ['.', './'].includes(textOf(first) ?? '')
    if (node.type !== 'CallExpression' || !callee || !first) return false
    if (calleeName(callee) === 'fileURLToPath') return isDir(first)
    return calleeName(callee) === 'dirname' && isOwnFile(first, filename)
  }
  ancestor(program, {
    VariableDeclarator: ({ id, init }) => {
      if (id.type !== 'Identifier' || !init) return
      if (isDir(init)) dirs.add(id.name)
      if (init.type === 'CallExpression' && calleeName(init.callee) === 'createRequire') requires.add(id.name)
    },
  })
  return { isDir, requires }
}

function isOwnFile(node: Node, filename: string): boolean {
  if (isMeta(node, 'url') || isMeta(node, 'filename')) return true
  if (node.type === 'Identifier')
    return /^_*filename\d*$/i.test((node as Identifier).name) || (node as Identifier).name === filename
  const {
    callee,
    arguments: [first] = [],
    object,
  } = node as Node & { callee?: Node; arguments?: Node[]; object?: Node }
  // `new URL(import.meta.url).pathname`
  if (node.type === 'MemberExpression') return object?.type === 'NewExpression' && isOwnFile(object, filename)
  const makes = callee ? calleeName(callee) : undefined
  return (makes === 'fileURLToPath' || makes === 'URL') && first !== undefined && isMeta(first, 'url')
}

/** Whether a path begins with the file's own directory. */
export function isBeside(node: Node, scope: Scope): boolean {
  const {
    callee,
    arguments: args = [],
    left,
    expressions = [],
  } = node as Node & { callee?: Node; arguments?: Node[]; left?: Node; expressions?: Node[] }
  if (node.type === 'NewExpression' && callee && calleeName(callee) === 'URL') {
    const [first, second] = args
    return second !== undefined && isMeta(second, 'url') && first !== undefined && textOf(first) !== ''
  }
  if (node.type === 'CallExpression') return args.some(arg => scope.isDir(arg) || isBeside(arg, scope))
  if (node.type === 'BinaryExpression') return left !== undefined && (scope.isDir(left) || isBeside(left, scope))
  return node.type === 'TemplateLiteral' && expressions[0] !== undefined && scope.isDir(expressions[0])
}

/** The path behind the directory, if every part of it can be seen. */
export function pathOf(node: Node, scope: Scope): string | undefined {
  const parts = partsOf(node, scope)
  return parts?.every(part => part !== undefined)
    ? parts
        .join('/')
        .replace(/\/+/g, '/')
        .replace(/^(?:\.?\/)+/, '')
    : undefined
}

function partsOf(node: Node, scope: Scope): (string | undefined)[] | undefined {
  const {
    callee,
    arguments: args = [],
    left,
    right,
    quasis = [],
    expressions = [],
  } = node as Node & {
    callee?: Node
    arguments?: Node[]
    left?: Node
    right?: Node
    quasis?: { value: { cooked?: string } }[]
    expressions?: Node[]
  }
  const [first, ...rest] = args
  if (node.type === 'NewExpression' && callee && calleeName(callee) === 'URL' && first) return [textOf(first)]
  if (node.type === 'CallExpression' && first && scope.isDir(first)) return rest.map(textOf)
  if (node.type === 'CallExpression' && first) return partsOf(first, scope)
  if (node.type === 'BinaryExpression' && left && right && scope.isDir(left)) return [textOf(right)]
  if (node.type === 'TemplateLiteral' && expressions.length === 1 && expressions[0] && scope.isDir(expressions[0]))
    return [quasis[1]?.value.cooked]
  return undefined
}

/** `Worker` for `Worker`, `worker_threads.Worker` and `(0, import_x.Worker)`. */
export function calleeName(node: Node): string | undefined {
  const { name, property, computed, expressions } = node as Node & {
    name?: string
    property?: Node
    computed?: boolean
    expressions?: Node[]
  }
  if (node.type === 'Identifier') return name
  if (node.type === 'MemberExpression' && property && !computed) return (property as Identifier).name
  return node.type === 'SequenceExpression' && expressions?.length === 2 && expressions[1]
    ? calleeName(expressions[1])
    : undefined
}

export function isMeta(node: Node, name: string): boolean {
  const { object, property } = node as Node & { object?: Node; property?: Node }
  return (
    node.type === 'MemberExpression' &&
    object?.type === 'MetaProperty' &&
    (property as Identifier | undefined)?.name === name
  )
}

export function textOf(node: Node | Pattern | undefined): string | undefined {
  const { type, value, quasis } = (node ?? {}) as {
    type?: string
    value?: unknown
    quasis?: { value: { cooked?: string } }[]
  }
  if (type === 'Literal' && typeof value === 'string') return value
  return type === 'TemplateLiteral' && quasis?.length === 1 ? quasis[0]?.value.cooked : undefined
}
