// How a file of JavaScript is taken when it is pushed: a pod, whose default export the host calls; a program, which begins when it is
// loaded; or a list of programs of PM2. It is read, and not run.
import { readFile, stat } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { dirname, extname, resolve } from 'node:path'
import { type Expression, type Node, type Program, parse } from 'acorn'
import type { Loader } from 'esbuild'
import { asksIn } from '../requires.ts'
import { parseScript } from '../stand-in.ts'
import { defaultOf, type FunctionNode, type Seen } from './exported.ts'

/** `because`: for whoever pushes it: "app.js is taken as a program, since …". */
export type Taken = { as: 'pod' | 'program' | 'list'; because: string }

const loaders: Readonly<Record<string, Loader>> = {
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
}

/** How a file asks whether it is what was started. */
const asksForMain =
  /\brequire\.main\s*===?\s*module\b|\bmodule\s*===?\s*require\.main\b|\bimport\.meta\.main\b|\bimport\.meta\.(?:url|filename)\b[^;{]{0,80}\bprocess\.argv\b|\bprocess\.argv\b[^;{]{0,80}\bimport\.meta\.(?:url|filename)\b|\bmodule\.parent\b/

/** How deep files may hand on the default export of another one. */
const mostFiles = 8

/** A file that cannot be read or does not parse is taken as a pod: the bundler says what is wrong with it. */
export async function takenAs(file: string): Promise<Taken> {
  const loaded = await loadedByScript(file)
  return loaded === undefined ? await judged(file, mostFiles) : taken(`it loads ${JSON.stringify(loaded)}`)
}

/**
 * What a script for Node loads that does not come with Node: a copy of the script alone could not. Undefined if it loads nothing, or is no
 * such script.
 */
export async function loadedByScript(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (!/^(?:\uFEFF)?#!.*\b(?:node|nodejs|tsx|ts-node)\b/.test(text)) return undefined
  const program = await parsed(text, loaders[extname(file)] ?? 'js')
  return program && [...importsIn(program), ...requiresIn(program)].find(path => !isBuiltin(path))
}

function importsIn({ body }: Program): string[] {
  return body.flatMap(node =>
    'source' in node && node.source ? [String((node.source as { value?: unknown }).value)] : [],
  )
}

function requiresIn(program: Program): string[] {
  return asksIn(program).flatMap(({ what, isTried }) => {
    if (!what || isTried) return []
    return 'text' in what ? [what.text] : [what.parts.join('…')]
  })
}

const pod: Taken = { as: 'pod', because: 'its default export is a function' }
/** Its host calls `fetch` for each request. */
const server: Taken = { as: 'pod', because: 'it exports fetch' }

async function judged(file: string, left: number): Promise<Taken> {
  const loader = loaders[extname(file)]
  const text = loader === undefined ? '' : await readFile(file, 'utf8').catch(() => '')
  if (loader === undefined || text.trim() === '') return pod
  const program = await parsed(text, loader)
  if (!program) return pod
  const found = defaultOf(program)
  const next = found?.is === 'of-file' ? await fileAt(resolve(dirname(file), found.path)) : undefined
  if (next !== undefined && left > 0 && !doesMore(program)) return await judged(next, left - 1)
  return judge(found, program, text)
}

function judge(found: Seen | undefined, program: Program, text: string): Taken {
  if (!found && exportsFetch(program)) return server
  // A file of functions for others is refused as a pod that lacks its default export.
  if (!found) return isInert(program) ? pod : taken('it has no default export')
  switch (found.is) {
    case 'function':
      return judgeFunction(found.node, { name: found.name, program, text })
    case 'object':
      if (found.keys.includes('apps')) return { as: 'list', because: 'it exports "apps"' }
      return found.keys.includes('fetch') || exportsFetch(program) ? server : taken('what it exports is not a function')
    case 'class':
      return exportsConfig(text) ? server : taken('what it exports is not a function')
    case 'literal':
    case 'bundled':
      return pod
    case 'made':
      return speaksOfPods(text) || found.from.some(takesParams) ? pod : taken('what it exports is made by a call')
    default:
      return speaksOfPods(text) || !doesMore(program) ? pod : taken('it does more than to export a function')
  }
}

function judgeFunction(
  { params }: FunctionNode,
  { name, program, text }: { name: string | undefined; program: Program; text: string },
): Taken {
  if (name !== undefined && program.body.some(node => calls(node, name))) return taken('it calls what it exports')
  if (/^_?(?:req|request)$/.test(firstName(params))) return taken('what it exports handles requests')
  const isModule = program.body.some(({ type }) => /^(?:Import|Export)/.test(type))
  return !isModule && asksForMain.test(text) ? taken('it asks whether it is what was started') : pod
}

function taken(because: string): Taken {
  return { as: 'program', because }
}

/** Whether a file mentions what only pods know. */
function speaksOfPods(text: string): boolean {
  return /\bp8a\b|\bbus\.(?:on|emit)\b|\bexport\s+const\s+config\b|\bexports\.config\b/.test(text)
}

/** Only pods have one: what is exported beside it may be an app with a member `fetch`. */
function exportsConfig(text: string): boolean {
  return /\bexport\s+const\s+config\b|\bexports\.config\b/.test(text)
}

/** Whether a module exports the name `fetch`. */
function exportsFetch({ body }: Program): boolean {
  return body.some(node => {
    if (node.type !== 'ExportNamedDeclaration') return false
    const { declaration, specifiers } = node
    if (specifiers.some(({ exported }) => (exported as { name?: string }).name === 'fetch')) return true
    if (declaration?.type === 'FunctionDeclaration') return declaration.id.name === 'fetch'
    if (declaration?.type !== 'VariableDeclaration') return false
    return declaration.declarations.some(({ id }) => id.type === 'Identifier' && id.name === 'fetch')
  })
}

function takesParams(node: Node): boolean {
  const { type, params = [] } = node as { type: string; params?: Node[] }
  return /Function/.test(type) && firstName(params) === 'params'
}

function firstName(params: readonly Node[]): string {
  return (params[0] as { name?: string } | undefined)?.name ?? ''
}

/** Whether a statement calls the function `name`: `main()`, `await main()`, `main().catch(…)`. */
function calls(statement: Node, name: string): boolean {
  let node = (statement as { expression?: Expression }).expression
  while (node) {
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier') return node.callee.name === name
    const inner: unknown =
      node.type === 'CallExpression'
        ? node.callee
        : node.type === 'MemberExpression'
          ? node.object
          : node.type === 'AwaitExpression' || node.type === 'UnaryExpression'
            ? node.argument
            : undefined
    node = inner as Expression | undefined
  }
  return false
}

/** Whether loading a file does something, beside declaring and exporting. */
function doesMore({ body }: Program): boolean {
  return body.some(node => {
    if (/^(?:If|For|While|Try|Block)/.test(node.type)) return true
    if (node.type !== 'ExpressionStatement' || node.directive !== undefined) return false
    return node.expression.type !== 'AssignmentExpression'
  })
}

/** Whether a file only declares what others may use. */
function isInert({ body }: Program): boolean {
  const isExporting = body.some(({ type }) => type.startsWith('Export'))
  return isExporting && body.every(node => isDeclaration(node))
}

function isDeclaration(node: Node): boolean {
  const { type, specifiers, declaration, declarations } = node as {
    type: string
    specifiers?: Node[]
    declaration?: Node | null
    declarations?: { init?: Node | null }[]
  }
  if (type === 'ImportDeclaration') return (specifiers ?? []).length > 0
  if (type === 'VariableDeclaration')
    return (declarations ?? []).every(({ init }) => !/^(?:Call|New|Await|TaggedTemplate)/.test(init?.type ?? ''))
  if (type === 'ExportNamedDeclaration') return !declaration || isDeclaration(declaration)
  return /^(?:Function|Class)Declaration$|^ExportAll/.test(type)
}

async function parsed(text: string, loader: Loader): Promise<Program | undefined> {
  try {
    const { transform } = await import('esbuild')
    const code = loader === 'js' ? text : (await transform(text, { loader, jsx: 'transform' })).code
    return parseModule(code) ?? parseScript(code)
  } catch {
    // The bundler says what is wrong with it.
    return undefined
  }
}

function parseModule(code: string): Program | undefined {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })
  } catch {
    // Old CommonJS may use syntax that modules forbid.
    return undefined
  }
}

const tried = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx', '/index.js', '/index.ts']

async function fileAt(path: string): Promise<string | undefined> {
  // TypeScript names the file that a compiler would make.
  const paths = [...tried.map(ending => `${path}${ending}`), path.replace(/\.([cm]?)js$/, '.$1ts')]
  for (const one of paths) if ((await stat(one).catch(() => undefined))?.isFile()) return one
  return undefined
}
