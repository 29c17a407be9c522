// The functions of a source file, and how long each is.
import { stripTypeScriptTypes } from 'node:module'
import { type AnyNode, parse } from 'acorn'
import { fullAncestor } from 'acorn-walk'

/** `lines`: from the first to the last, both counted. */
export type Length = { name: string; line: number; lines: number }

/** All functions and methods of a TypeScript or JavaScript file, those within others too. */
export function functionsIn(text: string): Length[] {
  // Types become blanks, so that every line stays where it is.
  const tree = parse(stripTypeScriptTypes(text), {
    ecmaVersion: 'latest',
    sourceType: 'module',
    allowHashBang: true,
    locations: true,
  })
  const found: Length[] = []
  fullAncestor(tree, (node, _state, ancestors) => {
    if (!/Function/.test(node.type) || !node.loc) return
    const { start, end } = node.loc
    found.push({ name: nameOf(node, ancestors.at(-2)), line: start.line, lines: end.line - start.line + 1 })
  })
  return found
}

/** Its own name, or that of the method, variable or property that it is the value of. */
function nameOf(node: AnyNode, parent: AnyNode | undefined): string {
  if ('id' in node && node.id?.type === 'Identifier') return node.id.name
  const named = parent && ('key' in parent ? parent.key : 'id' in parent ? parent.id : undefined)
  if (named?.type === 'PrivateIdentifier') return `#${named.name}`
  return named?.type === 'Identifier' ? named.name : 'a function without a name'
}
