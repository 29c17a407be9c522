// Waits by the clock in a file: what waits so for something to happen is red on a machine that has much else to do. It judges none.
import { stripTypeScriptTypes } from 'node:module'
import { type AnyNode, type CallExpression, type Comment, type NewExpression, parse } from 'acorn'
import { simple } from 'acorn-walk'

/** `isTold`: a comment ends in the line above it, or in its own. */
export type Wait = { line: number; isTold: boolean }

/** Each promise of a timer, by `new Promise` and `setTimeout`, or by `node:timers/promises`; what a text in the file does is none. */
export function waitsIn(text: string): Wait[] {
  const comments: Comment[] = []
  const tree = parse(stripTypeScriptTypes(text), {
    ecmaVersion: 'latest',
    sourceType: 'module',
    allowHashBang: true,
    locations: true,
    onComment: comments,
  })
  const delays = delaysIn(tree)
  const told = new Set(comments.map(({ loc }) => loc?.end.line ?? 0))
  const found: Wait[] = []
  const look = (node: CallExpression | NewExpression) => {
    const line = node.loc?.start.line ?? 0
    if (isDelay(node, delays)) found.push({ line, isTold: told.has(line - 1) || told.has(line) })
  }
  simple(tree, { CallExpression: look, NewExpression: look })
  return found
}

/** The local names of the timer of `node:timers/promises`. */
function delaysIn(tree: AnyNode): Set<string> {
  const names = new Set<string>()
  simple(tree, {
    ImportDeclaration: ({ source, specifiers }) => {
      if (source.value !== 'node:timers/promises') return
      for (const one of specifiers) {
        const isTimer = one.type === 'ImportSpecifier' && 'name' in one.imported && one.imported.name === 'setTimeout'
        if (isTimer) names.add(one.local.name)
      }
    },
  })
  return names
}

function isDelay(node: CallExpression | NewExpression, delays: ReadonlySet<string>): boolean {
  if (node.type === 'CallExpression') return node.callee.type === 'Identifier' && delays.has(node.callee.name)
  const [work] = node.arguments
  if (work?.type !== 'ArrowFunctionExpression' || work.body.type !== 'CallExpression') return false
  return work.body.callee.type === 'Identifier' && work.body.callee.name === 'setTimeout'
}
