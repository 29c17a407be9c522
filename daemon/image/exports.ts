// Finds a module's exports in its syntax tree, and the expression that `config` stands for, be it written as an ES
// module, bundled by esbuild, or as CommonJS.
import type { AssignmentExpression, Expression, Node, ObjectExpression, Program } from 'acorn'
import { simple } from 'acorn-walk'

export type FoundExports = {
  format: 'esm' | 'cjs'
  names: Set<string>
  /** What `config` is set to, where it is exported and its value stands there. */
  config: Expression | undefined
}

export function findExports(program: Program): FoundExports {
  const esm = findModuleExports(program)
  if (!esm.isModule) return { format: 'cjs', ...findCommonJsExports(program) }
  const bundled = bundledCommonJs(program)
  if (!bundled) return { format: 'esm', names: esm.names, config: esm.config }
  const cjs = findCommonJsExports(bundled)
  return { format: 'esm', names: new Set([...esm.names, ...cjs.names]), config: cjs.config }
}

/** The wrapper of a CommonJS file that esbuild bundled: `var require_app = __commonJS({…}); export default require_app()`. */
function bundledCommonJs(program: Program): Expression | undefined {
  const exported = program.body.find(node => node.type === 'ExportDefaultDeclaration')?.declaration
  if (exported?.type !== 'CallExpression' || exported.callee.type !== 'Identifier') return undefined
  return /^require_/.test(exported.callee.name) ? initialValue(program, exported.callee.name) : undefined
}

type Found = { names: Set<string>; config: Expression | undefined }

function findModuleExports(program: Program): Found & { isModule: boolean } {
  const names = new Set<string>()
  let config: Expression | undefined
  let isModule = false
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') isModule = true
    if (node.type === 'ExportDefaultDeclaration') {
      isModule = true
      names.add('default')
    }
    if (node.type !== 'ExportNamedDeclaration') continue
    isModule = true
    for (const name of declaredNames(node.declaration)) names.add(name)
    if (declaredNames(node.declaration).includes('config')) config = initialValue(program, 'config')
    for (const { exported, local } of node.specifiers) {
      const name = textOf(exported)
      names.add(name)
      if (name === 'config') config = initialValue(program, textOf(local))
    }
  }
  return { names, config, isModule }
}

function textOf(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? (node.name ?? '') : String(node.value)
}

type Declaration = NonNullable<Extract<Program['body'][number], { type: 'ExportNamedDeclaration' }>['declaration']>

function declaredNames(declaration: Declaration | null | undefined): string[] {
  if (!declaration) return []
  if (declaration.type !== 'VariableDeclaration') return [declaration.id.name]
  return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
}

/** What a variable at the top of the module is set to where it is declared. */
function initialValue(program: Program, name: string): Expression | undefined {
  for (const node of program.body) {
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (declaration?.type !== 'VariableDeclaration') continue
    const found = declaration.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name)
    if (found) return found.init ?? undefined
  }
  return undefined
}

function findCommonJsExports(root: Node): Found {
  const names = new Set<string>()
  let config: Expression | undefined
  const onExport = (name: string, value: Expression) => {
    names.add(name)
    if (name === 'config') config = value
  }
  simple(root, {
    AssignmentExpression: (node: AssignmentExpression) => {
      if (isModuleExports(node.left)) {
        names.add('default')
        if (node.right.type === 'ObjectExpression')
          for (const [name, value] of literalMembers(node.right)) onExport(name, value)
      } else if (node.left.type === 'MemberExpression' && isExportsObject(node.left.object)) {
        if (node.left.property.type === 'Identifier' && !node.left.computed)
          onExport(node.left.property.name, node.right)
      }
    },
  })
  names.delete('__esModule')
  return { names, config }
}

/** `module.exports`; esbuild may call them `module2.exports`. */
function isModuleExports(node: Node): boolean {
  const member = node as { type: string; object?: { name?: string }; property?: { name?: string } }
  return (
    member.type === 'MemberExpression' &&
    /^module\d*$/.test(member.object?.name ?? '') &&
    member.property?.name === 'exports'
  )
}

function isExportsObject(node: Node): boolean {
  const { type, name } = node as { type: string; name?: string }
  return isModuleExports(node) || (type === 'Identifier' && /^exports\d*$/.test(name ?? ''))
}

function literalMembers(object: ObjectExpression): [string, Expression][] {
  return object.properties.flatMap(property =>
    property.type === 'Property' && property.key.type === 'Identifier' && !property.computed
      ? [[property.key.name, property.value] as [string, Expression]]
      : [],
  )
}
