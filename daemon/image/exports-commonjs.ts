// Finds what a CommonJS file exports in its syntax tree: assignments to `module.exports` and `exports`, and the calls
// that TypeScript, Babel and esbuild write in their place.
import type { AssignmentExpression, CallExpression, Node, ObjectExpression, VariableDeclarator } from 'acorn'
import { simple } from 'acorn-walk'

type Found = { names: Set<string>; values: Map<string, Node> }

/** @param root the program, or the wrapper a bundler put around the file */
export function findCommonJsExports(root: Node): Found {
  const finder = new Finder()
  simple(root, {
    VariableDeclarator: node => finder.onVariable(node),
    AssignmentExpression: node => finder.onAssignment(node),
    CallExpression: node => finder.onCall(node),
  })
  return finder.found()
}

class Finder {
  #names = new Set<string>()
  #values = new Map<string, Node>()
  #variables = new Map<string, Node>()
  /** esbuild: `__export(app_exports, { config: () => config })`, by the name of the object. */
  #exportCalls = new Map<string, ObjectExpression>()
  /** esbuild: `module.exports = __toCommonJS(app_exports)`. */
  #converted: string | undefined

  onVariable({ id, init }: VariableDeclarator): void {
    if (id.type === 'Identifier' && init) this.#variables.set(id.name, init)
  }

  onAssignment({ left, right }: AssignmentExpression): void {
    if (isModuleExports(left)) this.#onWhole(right)
    else if (left.type === 'MemberExpression' && isExportsObject(left.object)) {
      const name = keyText(left.property, left.computed)
      if (name !== undefined) this.#add(name, right)
    }
  }

  onCall({ callee, arguments: args }: CallExpression): void {
    const [target, second, third] = args
    if (isNamed(callee, '__export') && target?.type === 'Identifier' && second?.type === 'ObjectExpression') {
      this.#exportCalls.set(target.name, second)
    }
    const isDefine = callee.type === 'MemberExpression' && isNamed(callee.property, 'defineProperty')
    if (isDefine && target && isExportsObject(target) && second?.type === 'Literal') {
      const property = third?.type === 'ObjectExpression' ? members(third) : new Map<string, Node>()
      this.#add(String(second.value), property.get('value') ?? returned(property.get('get')))
    }
  }

  found(): Found {
    const call = this.#exportCalls.get(this.#converted ?? '')
    for (const [name, getter] of call ? members(call) : []) this.#add(name, returned(getter))
    this.#names.delete('__esModule')
    const values = [...this.#values].map(([name, value]) => [name, this.#resolve(value)] as const)
    return { names: this.#names, values: new Map(values) }
  }

  #onWhole(value: Node): void {
    this.#names.add('default')
    const { type, callee, arguments: args } = value as CallExpression
    if (type === 'CallExpression' && isNamed(callee, '__toCommonJS') && args[0]?.type === 'Identifier') {
      this.#converted = args[0].name
    }
    if (value.type !== 'ObjectExpression') return
    for (const [name, member] of members(value as ObjectExpression)) this.#add(name, member)
  }

  #add(name: string, value: Node | undefined): void {
    // `exports.a = exports.b = void 0` stands at the head of what TypeScript writes.
    if (value?.type === 'UnaryExpression' || value?.type === 'AssignmentExpression') return
    this.#names.add(name)
    if (value) this.#values.set(name, value)
    else this.#values.delete(name)
  }

  #resolve(value: Node): Node {
    const { type, name } = value as { type: string; name?: string }
    return (type === 'Identifier' && this.#variables.get(name ?? '')) || value
  }
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

function isNamed(node: Node, name: string): boolean {
  const { type, name: actual } = node as { type: string; name?: string }
  return type === 'Identifier' && actual === name
}

function keyText(key: Node, computed: boolean): string | undefined {
  const { type, name, value } = key as { type: string; name?: string; value?: unknown }
  if (type === 'Literal') return String(value)
  return type === 'Identifier' && !computed ? name : undefined
}

function members(object: ObjectExpression): Map<string, Node> {
  const entries = object.properties.flatMap(property => {
    const key = property.type === 'Property' ? keyText(property.key, property.computed) : undefined
    return property.type === 'Property' && key !== undefined ? [[key, property.value] as const] : []
  })
  return new Map(entries)
}

/** The value that a getter returns, if it does nothing else. */
function returned(getter: Node | undefined): Node | undefined {
  const { type, body } = (getter ?? {}) as { type?: string; body?: Node }
  if (type !== 'ArrowFunctionExpression' && type !== 'FunctionExpression') return undefined
  if (body?.type !== 'BlockStatement') return body
  const [only, ...more] = (body as unknown as { body: { type: string; argument?: Node }[] }).body
  return only?.type === 'ReturnStatement' && more.length === 0 ? only.argument : undefined
}
