// What one source file imports, and which powers it uses, read from its syntax tree. It judges nothing.
import { type AnyNode, type MemberExpression, parse } from 'acorn'
import { simple } from 'acorn-walk'
import { transform } from 'esbuild'

/** `isType`: only its types are used, so that nothing of it is loaded when the program runs. */
export type Import = { name: string; isType: boolean }

/**
 * `uses`: what a file takes from outside by name: `process.kill`; `fs.writeFile` of `node:fs` and `node:fs/promises`,
 * however it was imported; and the imported names themselves, such as `toWireError`. `hasFunctions`: it has code to be run, methods too.
 */
export type Code = { imports: Import[]; uses: Set<string>; hasFunctions: boolean }

/** Reads the code of a TypeScript or JavaScript file. */
export async function readCode(text: string): Promise<Code> {
  const { code } = await transform(text, {
    loader: 'ts',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  })
  const reader = new Reader()
  reader.read(parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }))
  const { uses, hasFunctions } = reader
  return { imports: [...reader.imports, ...typeImports(text)], uses, hasFunctions }
}

/** Imports that only a compiler sees: the tree, which is that of JavaScript, has them no more. */
function typeImports(text: string): Import[] {
  const declared = text.matchAll(/^(?:import|export) type\b[^'"]*?\bfrom '([^']+)'/gm)
  const inline = text.matchAll(/^(?! *(?:\/\/|\*)).*?\btypeof import\('([^']+)'\)/gm)
  return [...declared, ...inline].map(([, name = '']) => ({ name, isType: true }))
}

class Reader {
  readonly imports: Import[] = []
  readonly uses = new Set<string>()
  hasFunctions = false
  /** Local names of whole modules: `fs` of `import fs from 'node:fs'`. */
  #modules = new Map<string, string>()

  read(tree: AnyNode): void {
    const members: MemberExpression[] = []
    simple(tree, {
      Function: () => {
        this.hasFunctions = true
      },
      MemberExpression: node => void members.push(node),
      ImportDeclaration: ({ source, specifiers }) => {
        const name = String(source.value)
        this.#add(name)
        for (const specifier of specifiers) {
          if (specifier.type === 'ImportSpecifier') this.#use(name, nameOf(specifier.imported))
          else this.#modules.set(specifier.local.name, name)
        }
      },
      ExportNamedDeclaration: ({ source }) => this.#addFrom(source),
      ExportAllDeclaration: ({ source }) => this.#addFrom(source),
      ImportExpression: ({ source }) => this.#addFrom(source),
      CallExpression: node => {
        const name = builtinOf(node)
        if (name !== undefined) this.#add(name)
      },
      VariableDeclarator: ({ id, init }) => {
        if (!init) return
        const from = this.#moduleOf(init)
        if (from === undefined) return
        if (id.type === 'Identifier') this.#modules.set(id.name, from)
        if (id.type === 'ObjectPattern') for (const name of keysOf(id)) this.#use(from, name)
      },
    })
    // After the names are known: a function may stand above what it uses.
    for (const { object, property, computed } of members) {
      const from = this.#moduleOf(object)
      if (from !== undefined && !computed) this.#use(from, nameOf(property))
    }
  }

  #addFrom(source: AnyNode | null | undefined): void {
    if (source?.type === 'Literal') this.#add(String(source.value))
  }

  #add(name: string): void {
    this.imports.push({ name, isType: false })
  }

  #use(module: string, name: string): void {
    const short = /^(?:node:)?(fs|process)(?:\/promises)?$/.exec(module)?.[1]
    this.uses.add(short === undefined ? name : `${short}.${name}`)
  }

  /** The module that an expression stands for as a whole: `process`, a local name of one, or a builtin asked for by name. */
  #moduleOf(node: AnyNode): string | undefined {
    if (node.type === 'Identifier') return node.name === 'process' ? 'process' : this.#modules.get(node.name)
    if (node.type === 'AwaitExpression') return this.#moduleOf(node.argument)
    if (node.type === 'ImportExpression') return node.source.type === 'Literal' ? String(node.source.value) : undefined
    return builtinOf(node)
  }
}

/** `process.getBuiltinModule('node:fs')`, and `require('node:fs')`. */
function builtinOf(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression') return undefined
  const [argument] = node.arguments
  const { callee } = node
  const called = callee.type === 'MemberExpression' ? nameOf(callee.property) : nameOf(callee)
  const isOne = called === 'getBuiltinModule' || called === 'require'
  return isOne && argument?.type === 'Literal' ? String(argument.value) : undefined
}

function keysOf({ properties }: Extract<AnyNode, { type: 'ObjectPattern' }>): string[] {
  return properties.map(property => (property.type === 'Property' ? nameOf(property.key) : ''))
}

function nameOf(node: AnyNode): string {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name
  return node.type === 'Literal' ? String(node.value) : ''
}
