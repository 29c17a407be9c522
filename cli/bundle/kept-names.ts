// Takes most calls that name a function or a class out of a bundle again. esbuild adds one for each, since it may rename
// what two files have in common. Nearly everywhere the code gives the name anyway; then the call goes, because a function
// whose text is sent to a browser or a worker must not call what is not there.
import type { CallExpression, Expression, Literal, Node, Program, StaticBlock } from 'acorn'
import { ancestor, simple } from 'acorn-walk'

/** How esbuild declares the function that names others. */
const helperPattern =
  /^var (__name\d*) = \(target, value\) => __defProp\d*\(target, "name", \{ value, configurable: true \}\);$/m

/** The bundle without the calls that are not needed; every other character stays in its place. */
export function withoutNeedlessNames(code: string, program: Program): string {
  const helper = helperPattern.exec(code)
  const name = helper?.[1]
  if (!helper || name === undefined) return code
  const edits: Edit[] = []
  let needed = 0
  ancestor(program, {
    CallExpression: (call, _, ancestors) => {
      const named = namedBy(call, name)
      if (named === undefined) return
      const found = needless({ code, call }, named, ancestors.slice(0, -1))
      if (found) edits.push(...found)
      else needed += 1
    },
  })
  if (needed === 0) edits.push({ from: helper.index, to: helper.index + helper[0].length })
  return edited(code, edits)
}

/** A stretch of code, and the text in its place, with blanks up to the same length. */
type Edit = { from: number; to: number; text?: string }

/** The name in `__name(x, "name")`. */
function namedBy({ callee, arguments: args }: CallExpression, helper: string): string | undefined {
  if (callee.type !== 'Identifier' || callee.name !== helper || args.length !== 2) return undefined
  const [, name] = args as [Expression, Literal]
  return name.type === 'Literal' && typeof name.value === 'string' ? name.value : undefined
}

/** The edits that take the call out and keep the name; undefined if the call is needed. */
function needless(
  { code, call }: { code: string; call: CallExpression },
  name: string,
  ancestors: readonly Node[],
): Edit[] | undefined {
  const [target, text] = call.arguments
  const parent = ancestors.at(-1)
  if (!target || !text) return undefined
  if (target.type === 'ThisExpression') return ofClass(name, ancestors)
  // `__name(handler, "handler");` behind the declaration of a function.
  if (target.type === 'Identifier') {
    const isSame = target.name === name && parent?.type === 'ExpressionStatement'
    return isSame ? [{ from: parent.start, to: parent.end }] : undefined
  }
  if ((ownName(target) ?? inferredName(parent, call)) !== name) return undefined
  return [
    { from: call.callee.start, to: call.callee.end },
    // Behind the target may be the end of a pair of parentheses around it.
    { from: code.lastIndexOf(',', text.start), to: call.end - 1 },
  ]
}

/** `static { __name(this, "Gauge"); }` at the beginning of a class. */
function ofClass(name: string, ancestors: readonly Node[]): Edit[] | undefined {
  const at = ancestors.findLastIndex(({ type }) => type === 'StaticBlock')
  const [block, classNode, parent] = [ancestors[at], ancestors[at - 2], ancestors[at - 3]]
  if (!block || !classNode || (block as StaticBlock).body.length !== 1) return undefined
  const [own, inferred] = [ownName(classNode), inferredName(parent, classNode)]
  const blank = { from: block.start, to: block.end }
  if ((own ?? inferred) === name) return [blank]
  // esbuild renames a class that names itself to `_Gauge`; the variable has the true name, and the class may too.
  return own !== undefined && inferred === name ? [blank, ...renamed(classNode, { from: own, to: name })] : undefined
}

function renamed(classNode: Node, { from, to }: { from: string; to: string }): Edit[] {
  const edits: Edit[] = []
  const rename = (node: Node) => {
    if (nameOf(node) === from && to.length <= from.length) edits.push({ from: node.start, to: node.end, text: to })
  }
  simple(classNode, { Identifier: rename, Pattern: rename })
  return edits
}

function ownName(node: Node): string | undefined {
  return (node as { id?: { name: string } | null }).id?.name
}

/** The name that a function or a class without one gets from the place where it stands. */
function inferredName(parent: Node | undefined, value: Node): string | undefined {
  const node = (parent ?? {}) as Partial<Record<'id' | 'init' | 'left' | 'right' | 'key' | 'value', Named>> & {
    type?: string
    operator?: string
    computed?: boolean
  }
  switch (node.type) {
    case 'VariableDeclarator':
      return node.init === value ? nameOf(node.id) : undefined
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return node.right === value && namingOperators.includes(node.operator) ? nameOf(node.left) : undefined
    case 'Property':
    case 'PropertyDefinition':
      return node.value === value && !node.computed ? keyName(node.key) : undefined
    default:
      return undefined
  }
}

/** Assignments that give a name; a default value in a pattern has no operator. */
const namingOperators: readonly (string | undefined)[] = ['=', '||=', '&&=', '??=', undefined]

type Named = Node & { name?: string; value?: unknown }

function nameOf(node: Named | undefined): string | undefined {
  return node?.type === 'Identifier' ? node.name : undefined
}

function keyName(node: Named | undefined): string | undefined {
  if (node?.type === 'PrivateIdentifier') return `#${node.name}`
  return node?.type === 'Literal' ? String(node.value) : nameOf(node)
}

function edited(code: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let done = 0
  for (const { from, to, text = '' } of edits.toSorted((a, b) => a.from - b.from)) {
    parts.push(code.slice(done, from), text, code.slice(from + text.length, to).replace(/[^\n]/g, ' '))
    done = to
  }
  return [...parts, code.slice(done)].join('')
}
