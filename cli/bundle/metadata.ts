// Emits the types of what is decorated, if tsconfig.json asks for it by "emitDecoratorMetadata". esbuild cannot; so files
// with decorators go through oxc first. It knows nothing of what reads the metadata.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Message, Plugin } from 'esbuild'
import { isInstalled } from './packages.ts'

const helpers = '@oxc-project/runtime/helpers/'

export class Metadata {
  readonly #dir: string
  /** Names of types that a file imports as if they were values, by file. */
  readonly #types = new Map<string, Set<string>>()

  /** @param dir the directory to which the paths in esbuild's messages are relative */
  constructor(dir: string) {
    this.#dir = dir
  }

  /**
   * Takes those of `errors` that are about the name of a type; returns the others. oxc sees one file at a time, and
   * takes an imported type for a class.
   */
  learn(errors: readonly Message[]): Message[] {
    return errors.filter(({ text, location }) => {
      const name = /^No matching export in ".*" for import "(.*)"$/s.exec(text)?.[1]
      const names = this.#types.get(join(this.#dir, location?.file ?? ''))
      if (name === undefined || !names || names.has(name)) return true
      names.add(name)
      return false
    })
  }

  get plugin(): Plugin {
    return {
      name: 'metadata',
      setup: async build => {
        const options = await metadataOptions(this.#dir)
        if (!options) return
        build.onResolve({ filter: /^@oxc-project\/runtime\/helpers\// }, ({ path }) => ({
          path: path.slice(helpers.length),
          namespace: helpers,
        }))
        build.onLoad({ filter: /./, namespace: helpers }, ({ path }) => ({ contents: helperTexts[path] ?? '' }))
        build.onLoad({ filter: /\.[cm]?tsx?$/ }, async ({ path }) => {
          if (isInstalled(path)) return
          const source = await readFile(path, 'utf8')
          if (!/@[\w(]/.test(source)) return
          const names = this.#types.get(path) ?? new Set()
          this.#types.set(path, names)
          const { transform } = await import('oxc-transform')
          const { code, map, errors } = await transform(path, withTypesMarked(source, names), {
            ...options,
            sourcemap: true,
          })
          // esbuild says where the file does not parse.
          if (errors.length > 0 || !map) return
          const encoded = Buffer.from(JSON.stringify(map)).toString('base64')
          return {
            contents: `${code}\n//# sourceMappingURL=data:application/json;base64,${encoded}`,
            loader: /x$/.test(path) ? 'jsx' : 'js',
            resolveDir: dirname(path),
          }
        })
      },
    }
  }
}

/** The options for oxc; undefined if no metadata is asked for. */
async function metadataOptions(dir: string) {
  const { getTsconfig } = await import('get-tsconfig')
  const {
    emitDecoratorMetadata,
    experimentalDecorators,
    useDefineForClassFields,
    target = 'esnext',
  } = getTsconfig(dir)?.config.compilerOptions ?? {}
  if (!emitDecoratorMetadata || !experimentalDecorators) return undefined
  const defines = useDefineForClassFields ?? /^es(?:next|20(?:2[2-9]|[3-9]\d))$/i.test(target)
  return {
    jsx: 'preserve' as const,
    target: 'esnext',
    decorator: { legacy: true, emitDecoratorMetadata: true },
    assumptions: { setPublicClassFields: !defines },
    typescript: { removeClassFieldsWithoutInitializer: !defines },
  }
}

/** The source with `type` before the imported names that are types. */
function withTypesMarked(source: string, names: ReadonlySet<string>): string {
  let marked = source
  for (const name of names) {
    if (name === 'default') continue
    marked = marked.replace(/\bimport\s*(?:[\w$]+\s*,\s*)?\{[^}]*\}/g, clause =>
      clause.replace(new RegExp(`([{,]\\s*)(?=${name.replaceAll('$', '\\$')}\\b)`), '$1type '),
    )
  }
  return marked
}

/** The functions that oxc calls in order to decorate; they do what those of TypeScript do. */
const helperTexts: Record<string, string> = {
  decorateMetadata: `export default (key, value) => {
    if (typeof Reflect === 'object' && typeof Reflect.metadata === 'function') return Reflect.metadata(key, value)
  }`,
  decorateParam: `export default (index, decorator) => (target, key) => decorator(target, key, index)`,
  decorate: `export default (decorators, ...of) => {
    const [target, key, descriptor] = of
    if (of.length > 1 && descriptor === null) of[2] = Object.getOwnPropertyDescriptor(target, key)
    let result = of.length === 1 ? target : of[2]
    if (typeof Reflect === 'object' && typeof Reflect.decorate === 'function') {
      result = Reflect.decorate(decorators, ...of)
    } else {
      for (const decorator of decorators.toReversed()) {
        if (!decorator) continue
        const made = of.length === 1 ? decorator(result) : of.length === 3 ? decorator(target, key, result) : decorator(target, key)
        result = made || result
      }
    }
    if (of.length === 3 && result) Object.defineProperty(target, key, result)
    return result
  }`,
}
