// What of a folder is left out when it is pushed: what `.podignore`, else `.gitignore`, names, and a short list of our own.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'

/** Of no use to anyone; what a manifest says is no file of a pod, and a change of it no new version. */
const always = ['.git', '.hg', '.svn', '.DS_Store', '.p8a', '/pods.yaml', '/pods.yml', '/pods.json']
/** Secrets: a run gets them as variables. */
const secrets = ['.env*', '!.env.example']
/** What the host makes anew. */
const made = ['node_modules', '.next/cache', '.turbo', '.vercel', 'coverage', '*.log']
/** What an installation on the host needs, whatever the rules say. */
const needed =
  /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|\.npmrc|pod\.json)$/

/** As git reads them: by case. */
const gitRules = () => ignore({ ignorecase: false })

export type ExcludedOptions = {
  /** Everything goes along: `node_modules`, and what `.gitignore` names, which is what was built. */
  asIs: boolean
}

/** The rules that hold in one folder: its own, and those of the folders above it. */
export class Excluded {
  readonly #root: string
  readonly #options: ExcludedOptions
  readonly #rules: readonly { at: string; rules: Ignore }[]

  private constructor(root: string, options: ExcludedOptions, rules: readonly { at: string; rules: Ignore }[]) {
    this.#root = root
    this.#options = options
    this.#rules = rules
  }

  /** The rules at the top of the folder `root`. */
  static async at(root: string, options: ExcludedOptions): Promise<Excluded> {
    const own = gitRules().add(options.asIs ? [...always, ...secrets] : [...always, ...secrets, ...made])
    return await new Excluded(root, options, [{ at: '', rules: own }]).within('')
  }

  /** The rules within the folder at `path`, which ends in `/`. */
  async within(path: string): Promise<Excluded> {
    const read = async (name: string) => await readFile(join(this.#root, path, name), 'utf8').catch(() => undefined)
    const text = (await read('.podignore')) ?? (this.#options.asIs ? undefined : await read('.gitignore'))
    if (text === undefined) return this
    return new Excluded(this.#root, this.#options, [...this.#rules, { at: path, rules: gitRules().add(text) }])
  }

  /** @param path relative to the root, with `/`; a folder ends in `/` */
  has(path: string): boolean {
    const name = path.split('/').at(-1) ?? ''
    if (needed.test(name)) return false
    let isOut = false
    for (const { at, rules } of this.#rules) {
      const { ignored, unignored } = rules.test(path.slice(at.length))
      isOut = ignored || (isOut && !unignored)
    }
    return isOut
  }
}
