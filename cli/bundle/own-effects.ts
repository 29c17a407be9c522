// Keeps modules that the person's own files import for their effect, although a package.json says that there is none
// ("sideEffects": false). An import without names can only mean the effect.
import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import type { Message, Metafile, Plugin } from 'esbuild'
import { isInstalled } from './packages.ts'

const mark = 'own-effects'

export class OwnEffects {
  readonly #dir: string
  #isOn = false
  /** Files of packages that an own file imports without names. */
  readonly #bare = new Set<string>()

  /** @param dir the directory to which the paths in esbuild's messages are relative */
  constructor(dir: string) {
    this.#dir = dir
  }

  /** Whether another build is needed, because this one dropped something. */
  async learn({ metafile, warnings }: { metafile: Metafile; warnings: readonly Message[] }): Promise<boolean> {
    const before = this.#bare.size
    for (const { id, location, text } of warnings) {
      const dropped = /because "(.*)" was marked/s.exec(text)?.[1]
      if (id !== 'ignored-bare-import' || !location || dropped === undefined) continue
      if (!isInstalled(location.file) && isInstalled(dropped)) this.#bare.add(join(this.#dir, dropped))
    }
    const wasOn = this.#isOn
    this.#isOn ||= this.#bare.size > 0 || (await hasNoEffects(Object.keys(metafile.inputs), this.#dir))
    return this.#isOn !== wasOn || this.#bare.size > before
  }

  get plugin(): Plugin {
    return {
      name: mark,
      setup: build => {
        if (!this.#isOn) return
        build.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData, with: attributes }) => {
          const isOurs = importer !== '' && !isInstalled(importer) && !isBuiltin(path)
          if (!isOurs || kind !== 'import-statement' || pluginData === mark) return
          const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: mark, with: attributes })
          const isKept = !isInstalled(found.path) || this.#bare.has(found.path)
          if (found.errors.length > 0 || found.sideEffects || !isKept) return
          return { path: found.path, namespace: found.namespace, suffix: found.suffix, sideEffects: true }
        })
      },
    }
  }
}

/** Whether the package of an own file says something about effects. */
async function hasNoEffects(inputs: readonly string[], dir: string): Promise<boolean> {
  const dirs = new Set(inputs.filter(path => !isInstalled(path)).map(path => dirname(join(dir, path))))
  const known = new Map<string, boolean>()
  const look = async (dir: string): Promise<boolean> => {
    const seen = known.get(dir)
    if (seen !== undefined) return seen
    const text = await readFile(join(dir, 'package.json'), 'utf8').catch(() => undefined)
    const says =
      text === undefined ? dirname(dir) !== dir && (await look(dirname(dir))) : text.includes('"sideEffects"')
    known.set(dir, says)
    return says
  }
  for (const dir of dirs) if (await look(dir)) return true
  return false
}
