// Finds each require() of an ES module that awaits at its top, or imports one that does. Node refuses it; in a bundle the
// module would lack what it awaits.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type Node, type Program, parse } from 'acorn'
import { ancestor } from 'acorn-walk'
import type { Metafile } from 'esbuild'

/** Files have the names of the metafile. */
export type AsyncRequire = {
  /** The file that requires, and the specifier. */
  importer: string
  specifier: string
  /** The file that awaits, and the line. */
  awaits: { file: string; line: number }
}

/** @param dir the directory to which the paths in the metafile are relative */
export async function asyncRequires({ inputs }: Metafile, dir: string): Promise<AsyncRequire[]> {
  const found: AsyncRequire[] = []
  const known = new Map<string, number | undefined>()
  for (const [importer, { imports }] of Object.entries(inputs)) {
    for (const { kind, path, original, external } of imports) {
      if (kind !== 'require-call' || external || inputs[path]?.format !== 'esm') continue
      for (const file of imported(path, inputs)) {
        if (!known.has(file)) known.set(file, await firstAwait(join(dir, file)))
        const line = known.get(file)
        if (line === undefined) continue
        found.push({ importer, specifier: original ?? path, awaits: { file, line } })
        break
      }
    }
  }
  return found
}

/** The ES modules that run if `path` does: itself, and those that it imports by statements. */
function imported(path: string, inputs: Metafile['inputs']): Set<string> {
  const all = new Set([path])
  for (const file of all) {
    for (const { kind, path, external } of inputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && !external && inputs[path]?.format === 'esm') all.add(path)
    }
  }
  return all
}

/** The line of the first `await` at the top of the module. */
async function firstAwait(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (!/\bawait\b/.test(text)) return undefined
  const program = await programOf(text, file)
  let line: number | undefined
  const see = (node: Node, _: unknown, ancestors: readonly Node[]) => {
    if (!ancestors.some(isFunction)) line ??= node.loc?.start.line
  }
  if (program) {
    ancestor(program, {
      AwaitExpression: see,
      ForOfStatement: (node, state, ancestors) => node.await && see(node, state, ancestors),
      VariableDeclaration: (node, state, ancestors) =>
        String(node.kind) === 'await using' && see(node, state, ancestors),
    })
  }
  return line
}

function isFunction({ type }: Node): boolean {
  return /Function|PropertyDefinition|StaticBlock/.test(type)
}

async function programOf(text: string, file: string): Promise<Program | undefined> {
  try {
    const plain = /\.[cm]?tsx?$|\.jsx$/.test(file) ? await withoutTypes(text, file) : text
    return parse(plain, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true, locations: true })
  } catch {
    // esbuild parsed it, and knows newer syntax than acorn.
    return undefined
  }
}

async function withoutTypes(text: string, file: string): Promise<string> {
  const { transform } = await import('esbuild')
  const loader = extname(file).replace(/^\.[cm]?/, '') as 'ts' | 'tsx' | 'jsx'
  return (await transform(text, { loader, target: 'esnext' })).code
}
