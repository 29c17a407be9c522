// Leaves to run time what Node leaves to run time and a bundler refuses: in packages, a require() of what is not
// installed and a file that does not parse; anywhere, a path that is put together and matches no file. The errors of one
// build say what the next must leave. It knows esbuild's messages and plugins.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Loader, Location, Message, Plugin } from 'esbuild'
import { isInstalled } from './packages.ts'
import type { Sloppy } from './sloppy.ts'

/** A specifier that stays as it is, and the file that asks for it. */
export type Left = { file: string; specifier: string; message?: Message; isTried?: true }

export class Leniency {
  readonly left: Left[] = []
  /** The requires of a path that matched no file. */
  readonly unmatched: Message[] = []
  /** What is wrong with files of packages that do not parse. */
  readonly broken: Message[] = []
  readonly #dir: string
  /** Where paths that match no file stand, by file. */
  readonly #patterns = new Map<string, Location[]>()
  /** Files that cannot be loaded, and the error that a require of each then throws. */
  readonly #unreadable = new Map<string, string>()

  /** @param dir the directory to which the paths in esbuild's messages are relative */
  constructor(dir: string) {
    this.#dir = dir
  }

  /** Takes those of `errors` that the next build avoids; returns the others. */
  learn(errors: readonly Message[]): Message[] {
    return errors.filter(error => !this.#learned(error))
  }

  /** Leaves a specifier to run time. False if that was known. */
  leave(left: Left): boolean {
    if (this.left.some(known => known.file === left.file && known.specifier === left.specifier)) return false
    this.left.push(left)
    return true
  }

  /** @param options.standIn what stands in the bundle for a file, if not the file itself */
  plugin({ standIn }: Pick<Sloppy, 'standIn'>): Plugin {
    return {
      name: 'leniency',
      setup: build => {
        const specifiers = this.left.map(({ specifier }) => specifier)
        if (specifiers.length > 0) {
          build.onResolve({ filter: oneOf(specifiers) }, ({ path, importer, kind }) => {
            const isLeft = this.left.some(({ file, specifier }) => file === importer && specifier === path)
            // Node resolves the import statements before it runs anything, so those cannot wait.
            return isLeft && kind !== 'import-statement' ? { path, external: true } : undefined
          })
        }
        const files = [...this.#patterns.keys(), ...this.#unreadable.keys()]
        if (files.length === 0) return
        build.onLoad({ filter: oneOf(files) }, async ({ path }) => {
          const why = this.#unreadable.get(path)
          if (why !== undefined) return { contents: `throw new SyntaxError(${JSON.stringify(why)})`, loader: 'js' }
          const contents = (await standIn(path)) ?? (await readFile(path, 'utf8'))
          return { contents: withoutPatterns(contents, this.#patterns.get(path) ?? []), loader: loaderOf(path) }
        })
      },
    }
  }

  #learned(message: Message): boolean {
    const { location, text } = message
    if (!location) return false
    const file = join(this.#dir, location.file)
    const specifier = /^Could not resolve "(.*)"$/s.exec(text)?.[1]
    if (specifier !== undefined) return isInstalled(file) && this.leave({ file, specifier, message })
    if (/^Could not resolve (?:require|import)\("/.test(text)) {
      this.unmatched.push(message)
      this.#patterns.set(file, [...(this.#patterns.get(file) ?? []), location])
      return true
    }
    const unloadable = /^No loader is configured for ".*" files: (.*)$/s.exec(text)?.[1]
    if (unloadable !== undefined) {
      if (!isPattern(location)) return false
      return this.#cannotRead(unloadable, `Cannot load a file that ends in ${JSON.stringify(extname(unloadable))}`)
    }
    if (!isInstalled(location.file) || /^No matching export/.test(text)) return false
    if (!this.#unreadable.has(file)) this.broken.push(message)
    return this.#cannotRead(location.file, `${text} (${location.file}:${location.line}:${location.column + 1})`)
  }

  #cannotRead(file: string, why: string): boolean {
    const path = join(this.#dir, file)
    if (!this.#unreadable.has(path)) this.#unreadable.set(path, why)
    return true
  }
}

function oneOf(texts: readonly string[]): RegExp {
  return new RegExp(`^(?:${[...new Set(texts)].map(text => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|')})$`)
}

/** Whether the code there is an expression and not one plain text. */
function isPattern({ lineText, column, length }: Location): boolean {
  const bytes = Buffer.from(lineText)
  return !/^(?:"[^"]*"|'[^']*'|`[^`$]*`)$/.test(bytes.subarray(column, column + length).toString())
}

/** Puts each pattern into a call, so that esbuild does not look for files. Columns and lengths count bytes. */
function withoutPatterns(contents: string, patterns: readonly Location[]): string {
  const lines = contents.split('\n')
  for (const { line, column, length } of patterns.toSorted((a, b) => b.column - a.column)) {
    const bytes = Buffer.from(lines[line - 1] ?? '')
    const [before, argument, after] = [
      bytes.subarray(0, column),
      bytes.subarray(column, column + length),
      bytes.subarray(column + length),
    ]
    lines[line - 1] = `${before}String(${argument})${after}`
  }
  return lines.join('\n')
}

function loaderOf(path: string): Loader {
  const [, kind = 'js'] = /\.[cm]?(tsx?|jsx?)$/.exec(path) ?? []
  return kind as 'js' | 'jsx' | 'ts' | 'tsx'
}
