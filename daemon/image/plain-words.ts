// Reads a command line of a `package.json` as words, if it is one that needs no shell.

/** What only a shell understands: pipes, lists, redirections, variables, patterns. */
const needsShell = /[|&;<>$`*?()[\]{}~#\n\\]/

/** The words of `line`, with quotes taken away; undefined if only a shell can run it. */
export function plainWords(line: string): string[] | undefined {
  const words: string[] = []
  if (line.trim().includes('\n')) return undefined
  let rest = line.trim()
  while (rest !== '') {
    const word = /^(?:[^\s'"]|'[^']*'|"[^"]*")+/.exec(rest)?.[0]
    if (word === undefined) return undefined
    const bare = word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? '')
    // A single quote keeps everything as it is; elsewhere these characters mean something.
    if (needsShell.test(word.replace(/'[^']*'/g, ''))) return undefined
    words.push(bare)
    rest = rest.slice(word.length).trimStart()
  }
  return words
}

/** Takes the variables from the head: `A=b`, also behind `cross-env` and `env`. */
export function takeVariables(words: readonly string[]): { env: Record<string, string>; rest: string[] } {
  const env: [name: string, value: string][] = []
  const rest = [...words]
  if (rest[0] === 'cross-env' || (rest[0] === 'env' && !rest[1]?.startsWith('-'))) rest.shift()
  for (let pair = variable(rest[0]); pair; pair = variable(rest[0])) {
    env.push(pair)
    rest.shift()
  }
  return { env: Object.fromEntries(env), rest }
}

function variable(word = ''): [name: string, value: string] | undefined {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word) ?? []
  return name === undefined ? undefined : [name, value ?? '']
}
