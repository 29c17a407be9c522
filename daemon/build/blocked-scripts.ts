// Hears in the lines of an installation that its package manager left out the scripts of packages, and says what allows them.
// Without such a script a native addon may be missing, which is seen only when it is loaded.

type Manager = {
  /** Names a package in a group `names`, or more with commas; without one only that some were left out. */
  line: RegExp
  /** Without it the lines mean nothing: npm 11 names packages whose scripts it runs all the same. */
  first?: RegExp
  allow: (names: readonly string[]) => string
}

const managers: Record<string, Manager> = {
  npm: {
    first: /^npm warn install-scripts .* install scripts blocked/,
    line: /^npm warn install-scripts {3}(?<names>\S+) \(/,
    allow: names =>
      `run \`npm install-scripts approve ${names.join(' ')}\` in your folder, which writes "allowScripts" into package.json`,
  },
  pnpm: {
    line: /Ignored build scripts: (?<names>[^\s,\u2502]+(?:, [^\s,\u2502]+)*)/,
    allow: () => 'run `pnpm approve-builds` in your folder, which writes pnpm-workspace.yaml',
  },
  yarn: {
    line: /^\u27a4 YN0004:.*?(?<names>\S+) lists build scripts/,
    allow: names =>
      `write "dependenciesMeta": ${JSON.stringify(Object.fromEntries(names.map(name => [name, { built: true }])))} into package.json`,
  },
  bun: {
    line: /^Blocked \d+ (?:post|pre)?install/,
    allow: () =>
      'run `bun pm untrusted` in your folder to see which, and `bun pm trust NAME`, which writes package.json',
  },
}

export class BlockedScripts {
  #manager: Manager | undefined
  #name: string
  #isHeard = false
  #isMeant: boolean
  #names = new Set<string>()

  /** @param name of the package manager that installs */
  constructor(name: string) {
    this.#name = name
    this.#manager = managers[name]
    this.#isMeant = this.#manager?.first === undefined
  }

  hear(line: string): void {
    const manager = this.#manager
    if (!manager) return
    if (manager.first?.test(line)) this.#isMeant = true
    const found = manager.line.exec(line)
    if (!found || !this.#isMeant) return
    this.#isHeard = true
    for (const name of found.groups?.names?.split(', ') ?? []) this.#names.add(withoutVersion(name))
  }

  /** @returns what to do; undefined if no script was left out */
  note(): string | undefined {
    if (!this.#isHeard || !this.#manager) return undefined
    const names = [...this.#names]
    const of = names.length === 0 ? 'some packages' : names.join(', ')
    return `${this.#name} has not run the install scripts of ${of}. If they are needed, as for native addons: ${this.#manager.allow(names)}; and push again`
  }
}

/** `@scope/name@1.2.3.` is `@scope/name`. */
function withoutVersion(name: string): string {
  const at = name.indexOf('@', 1)
  return at === -1 ? name.replace(/\.$/, '') : name.slice(0, at)
}
