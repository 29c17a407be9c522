// Checks who imports whom: the table of docs/DESIGN.md, as a program. Also: the shim imports no npm package, and nobody
// but the one file that may touches child processes.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each folder may import of ours beside itself. */
const allowed: Record<string, readonly string[]> = {
  protocol: [],
  daemon: ['protocol'],
  shim: ['protocol'],
  cli: ['protocol'],
  pods: [],
}

/** Protocol is words alone: no input, no output. */
const ioModules = ['node:fs', 'node:fs/promises', 'node:net', 'node:http', 'node:child_process', 'node:os']

/** Single owners of power: a module, and the only files that may import it. */
const owners: Record<string, readonly string[]> = {
  'node:child_process': [
    'daemon/system/process.ts',
    'shim/keeper/kept.ts',
    'shim/keeper/pipes.ts',
    'cli/host/detached.ts',
    'cli/host/foreground.ts',
  ],
  pidusage: ['daemon/verbs/status.ts'],
  chokidar: ['daemon/system/watch.ts'],
}

const complaints = Object.keys(allowed).flatMap(folder => filesIn(folder).flatMap(complaintsOf))
for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
if (complaints.length > 0) process.exit(1)

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file))
}

function complaintsOf(file: string): string[] {
  const folder = file.split(sep)[0] as string
  return importsOf(file).flatMap(name => {
    const target = name.startsWith('.') ? normalize(join(dirname(file), name)).split(sep)[0] : undefined
    if (target !== undefined) {
      const isAllowed = target === folder || target === 'package.json' || allowed[folder]?.includes(target)
      return isAllowed || isFileAtRoot(file, name) ? [] : [`${file}: ${folder} may not import ${target} (${name})`]
    }
    if (folder === 'shim' && !name.startsWith('node:')) return [`${file}: the shim may not import a package (${name})`]
    if (folder === 'protocol' && ioModules.includes(name)) return [`${file}: protocol may not import ${name}`]
    const owner = owners[name]
    return owner && !owner.some(path => file.startsWith(path))
      ? [`${file}: only ${owner.join(', ')} may import ${name}`]
      : []
  })
}

function isFileAtRoot(file: string, name: string): boolean {
  return !relative('.', normalize(join(dirname(file), name))).includes(sep)
}

/** Names of everything a file imports, types included: an arrow is an arrow. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g)].map(match => match[1] as string)
}
