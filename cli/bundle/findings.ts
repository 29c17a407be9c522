// Finds what code looks for at run time and cannot find beside a bundle: files by __dirname or import.meta.url, workers,
// modules whose names are known only then. Pure.
import type { Expression, Identifier, Node, Program } from 'acorn'
import { ancestor } from 'acorn-walk'
import { calleeName, isBeside, isMeta, type Names, pathOf, type Scope, scopeOf, textOf } from './beside.ts'
import { whatIs } from './requires.ts'
import type { Place } from './warning.ts'

export type Finding = {
  /**
   * `folder`: the file's own folder, without the name of a file. `made`: a module, by a require that createRequire()
   * makes.
   */
  what: 'file' | 'folder' | 'worker' | 'module' | 'made'
  node: Node
  /** The path relative to the file, with `/`; undefined if it cannot be seen. */
  path: string | undefined
}

/** A finding, where it is in a source, and the code there. */
export type Found = Finding & { place: Place; code: string }

/** @param isBuiltin whether a module comes with Node */
export function findingsIn(program: Program, names: Names, isBuiltin: (name: string) => boolean): Finding[] {
  const found = new Map<Node, Finding>()
  const scope = scopeOf(program, names)
  const add = (what: Finding['what'], node: Node, path: string | undefined) => {
    if (!found.has(node)) found.set(node, { what, node, path })
  }
  ancestor(program, {
    NewExpression: (node, _, ancestors) => {
      const [first, second] = node.arguments
      if (calleeName(node.callee) === 'Worker' && first && !isCode(second)) {
        const path = pathOf(first, scope) ?? relativeText(first)
        if (path !== undefined || isBeside(first, scope)) add('worker', node, path)
      }
      if (calleeName(node.callee) !== 'URL' || !first || !second || !isMeta(second, 'url')) return
      const path = textOf(first)
      if (path !== '' && path !== '.' && path !== './' && !isWithinWorker(ancestors)) add('file', node, path)
    },
    CallExpression: (node, _, ancestors) => {
      const [first] = node.arguments
      if (!first) return
      const callee = calleeName(node.callee)
      if (callee === 'fork' && isBeside(first, scope)) add('worker', node, pathOf(first, scope))
      else if (isJoin(node) && scope.isDir(first) && node.arguments.length > 1 && !isWithinWorker(ancestors))
        add('file', node, pathOf(node, scope))
      else if (!isPlainTalk(node.callee))
        for (const arg of node.arguments) if (isBareDir(arg, scope)) add('folder', arg, undefined)
      if (node.callee.type !== 'Identifier' || first.type === 'SpreadElement') return
      const isUnknown = !whatIs(first) && !isBeside(first, scope)
      if (node.callee.name === names.require && isUnknown) add('module', node, undefined)
      const text = textOf(first)
      if (scope.requires.has(node.callee.name) && (text === undefined || !isBuiltin(text))) add('made', node, undefined)
    },
    Property: node => {
      if (isBareDir(node.value, scope)) add('folder', node.value, undefined)
    },
    ImportExpression: node => {
      if (!whatIs(node.source) && !isBeside(node.source, scope)) add('module', node, undefined)
    },
    TemplateLiteral: (node, _, ancestors) => {
      const [first] = node.expressions
      if (first && node.quasis[0]?.value.cooked === '' && scope.isDir(first) && !isWithinWorker(ancestors))
        add('file', node, pathOf(node, scope))
    },
    BinaryExpression: (node, _, ancestors) => {
      if (node.operator === '+' && scope.isDir(node.left) && !isWithinWorker(ancestors))
        add('file', node, pathOf(node, scope))
    },
  })
  return [...found.values()]
}

/** Options by which a worker has code in the place of a path: `{ eval: true }`. */
function isCode(options: Node | undefined): boolean {
  const { properties = [] } = (options ?? {}) as { properties?: { key?: Node; value?: Node & { value?: unknown } }[] }
  return properties.some(({ key, value }) => (key as Identifier | undefined)?.name === 'eval' && value?.value === true)
}

/** The file's own folder and nothing more: `__dirname`. */
function isBareDir(node: Node, scope: Scope): boolean {
  return (node.type === 'Identifier' || node.type === 'MemberExpression') && scope.isDir(node)
}

/** Calls that use a path and open no file. */
function isPlainTalk(callee: Node): boolean {
  const { object } = callee as Node & { object?: Node }
  const name = calleeName(callee) ?? ''
  return (object?.type === 'Identifier' && (object as Identifier).name === 'console') || pathTalk.test(name)
}

const pathTalk =
  /^(?:join|resolve|dirname|basename|relative|normalize|parse|fileURLToPath|pathToFileURL|createRequire|log|require|__require)$/

function isWithinWorker(ancestors: readonly Node[]): boolean {
  return ancestors.slice(0, -1).some(node => {
    const { callee } = node as Node & { callee?: Node }
    return callee !== undefined && ['Worker', 'fork'].includes(calleeName(callee) ?? '')
  })
}

function isJoin({ callee }: { callee: Expression | Node }): boolean {
  return ['join', 'resolve'].includes(calleeName(callee) ?? '')
}

function relativeText(node: Node): string | undefined {
  const text = textOf(node)
  return text !== undefined && /^\.{1,2}\//.test(text) ? text : undefined
}
