// Finds what a CommonJS file asks for by require() and import(), in its syntax tree. Pure.
import type { CallExpression, Expression, ImportExpression, Node, Pattern, Program, TemplateLiteral } from 'acorn'
import { ancestor, full } from 'acorn-walk'

export type Asked = {
  how: 'require' | 'resolve' | 'import'
  /** Its one argument: a text, or the known parts of a path that begins with `./` or `../`; undefined for all else. */
  what: { text: string } | { parts: string[] } | undefined
  /** Whether a `try` around it catches its failure. */
  isTried: boolean
  node: CallExpression | ImportExpression
}

/** All that ask the file's own `require`, in order; a function with a `require` of its own does not. */
export function asksIn(program: Program): Asked[] {
  const found: Asked[] = []
  const hasOwn = ownersOfRequire(program)
  const add = (
    how: Asked['how'],
    node: Asked['node'],
    argument: Expression | undefined,
    ancestors: readonly Node[],
  ) => {
    if (how !== 'import' && ancestors.some(node => hasOwn.has(node))) return
    found.push({ how, node, what: argument && whatIs(argument), isTried: isTried(ancestors) })
  }
  ancestor(program, {
    CallExpression: (node, _, ancestors) => {
      const argument =
        node.arguments.length === 1 && node.arguments[0]?.type !== 'SpreadElement' ? node.arguments[0] : undefined
      if (isRequire(node.callee)) add('require', node, argument, ancestors)
      if (isResolve(node.callee)) add('resolve', node, argument, ancestors)
    },
    ImportExpression: (node, _, ancestors) => add('import', node, node.source, ancestors),
  })
  return found.sort((a, b) => a.node.start - b.node.start)
}

function isRequire(node: Node): boolean {
  return node.type === 'Identifier' && (node as Node & { name?: string }).name === 'require'
}

function isResolve(node: Node): boolean {
  const { type, object, property, computed } = node as Node & { object?: Node; property?: Node; computed?: boolean }
  if (type !== 'MemberExpression' || computed || !object || !property) return false
  return isRequire(object) && (property as Node & { name?: string }).name === 'resolve'
}

/** The functions with a `require` of their own: files that a bundler made have some. */
function ownersOfRequire(program: Program): Set<Node> {
  const owners = new Set<Node>()
  ancestor(program, {
    Function: (node: Node & { params?: Pattern[] }) => {
      if (node.params?.some(binds)) owners.add(node)
    },
    VariableDeclarator: (node, _, ancestors) => {
      const owner = ancestors.findLast(({ type }) => /Function/.test(type)) ?? program
      if (binds(node.id)) owners.add(owner)
    },
    FunctionDeclaration: (node, _, ancestors) => {
      const owner = ancestors.slice(0, -1).findLast(({ type }) => /Function/.test(type)) ?? program
      if (node.id?.name === 'require') owners.add(owner)
    },
  })
  return owners
}

function binds(pattern: Pattern): boolean {
  let found = false
  full(pattern, node => {
    found ||= isRequire(node)
  })
  return found
}

function isTried(ancestors: readonly Node[]): boolean {
  return ancestors.some((node, index) => {
    const { block, handler } = node as Node & { block?: Node; handler?: Node | null }
    return node.type === 'TryStatement' && handler && ancestors[index + 1] === block
  })
}

/** What an argument names, as far as that can be seen. */
export function whatIs(node: Expression): Asked['what'] {
  if (node.type === 'Literal') return typeof node.value === 'string' ? { text: node.value } : undefined
  const parts = partsOf(node)
  if (!parts) return undefined
  if (parts.length === 1) return { text: parts[0] ?? '' }
  return /^\.{1,2}\//.test(parts[0] ?? '') ? { parts } : undefined
}

/** The texts between the parts that are known only at run time; undefined if there is no text. */
function partsOf(node: Expression): string[] | undefined {
  if (node.type === 'TemplateLiteral') return (node as TemplateLiteral).quasis.map(({ value }) => value.cooked ?? '')
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value]
  if (node.type !== 'BinaryExpression' || node.operator !== '+' || node.left.type === 'PrivateIdentifier')
    return undefined
  const [left, right] = [partsOf(node.left) ?? ['', ''], partsOf(node.right) ?? ['', '']]
  return [...left.slice(0, -1), `${left.at(-1)}${right[0]}`, ...right.slice(1)]
}
