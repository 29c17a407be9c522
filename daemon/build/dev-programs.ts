// Whether what starts a folder is a tool that an installation without devDependencies lacks: `"start": "tsx src/server.ts"`.

/** Programs that are not called like their packages. */
const packageOf: Readonly<Record<string, string>> = {
  'babel-node': '@babel/node',
  dotenv: 'dotenv-cli',
  dotenvx: '@dotenvx/dotenvx',
  nest: '@nestjs/cli',
  ng: '@angular/cli',
  'react-router': '@react-router/dev',
  'react-router-serve': '@react-router/serve',
  remix: '@remix-run/dev',
  'remix-serve': '@remix-run/serve',
  'run-p': 'npm-run-all',
  'run-s': 'npm-run-all',
  'swc-node': '@swc-node/cli',
  tsnd: 'ts-node-dev',
  tsc: 'typescript',
  'vue-cli-service': '@vue/cli-service',
}

/**
 * The first devDependency that the command line `line` mentions, with the scripts that it runs.
 * @param line a command line of `package.json`, or of the pusher
 */
export function devPackageOf(
  line: string,
  { scripts, dev }: { scripts: Readonly<Record<string, string>>; dev: ReadonlySet<string> },
): string | undefined {
  const words = linesOf(line, scripts).flatMap(text => text.split(/[\s"'`;&|()=]+/))
  for (const word of words) {
    const bare = word.replace(/^npx:?|^(?:\.\/)?node_modules\/(?:\.bin\/)?/, '')
    const [first = '', second = ''] = bare.split('/')
    const names = [packageOf[bare], first.startsWith('@') ? `${first}/${second}` : first]
    const found = names.find(name => name !== undefined && dev.has(name))
    if (found !== undefined) return found
  }
  return undefined
}

/** A line, and those of the scripts that it runs by `npm run`, with what runs before and after each. */
function linesOf(line: string, scripts: Readonly<Record<string, string>>): string[] {
  const found = new Set([line])
  for (const text of found) {
    for (const [, name = ''] of text.matchAll(/\b(?:npm|pnpm|yarn|bun)(?: run(?:-script)?)? ([\w:.-]+)/g))
      for (const script of [name, `pre${name}`, `post${name}`])
        if (scripts[script] !== undefined) found.add(scripts[script])
  }
  return [...found]
}
