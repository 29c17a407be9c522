// Builds what ships: one small file for each program and product, with the packages that are worth it, and the types.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { execa } from 'execa'
import { bundledLicenses } from './bundled-licenses.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const final = `${root}dist`
/** Built beside and swapped in at the end, so that what runs meanwhile finds a whole one. */
const dist = `${root}dist.new`

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  packages: 'external',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
}
const withPackages = { packages: 'bundle', minifySyntax: true, minifyWhitespace: true } as const

const toExecaAlone: Plugin = {
  name: 'execa-alone',
  setup({ onResolve }) {
    onResolve({ filter: /^execa$/ }, () => ({ path: './execa.mjs', external: true }))
  },
}

/**
 * The daemon with its packages, in one file. As CommonJS, since an `import` of a built-in module reads every member of
 * it, and so loads what is behind each: that was half of the start and 8 MB. Without blanks, since its text stays in memory.
 */
const daemon = {
  ...common,
  ...withPackages,
  metafile: true,
  format: 'cjs',
  // Few hosts need it, and each of them once.
  external: ['node-forge'],
  outfile: `${dist}/daemon.cjs`,
  entryPoints: ['daemon/main.ts'],
  plugins: [toExecaAlone],
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: `const moduleUrl = require('node:url').pathToFileURL(__filename).href` },
} satisfies BuildOptions

/** The daemon's small programs. Their packages are among the daemon's, whose licenses are told. */
const beside: BuildOptions = {
  ...common,
  ...withPackages,
  format: 'esm',
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  entryPoints: { reader: 'daemon/image/reader.ts', password: 'daemon/password.ts' },
  sourcemap: false,
}

/** What others import: `p8a/client`, `p8a/bundle`; and what few commands of the CLI need. */
const products: BuildOptions = {
  ...common,
  format: 'esm',
  outdir: dist,
  entryPoints: { client: 'cli/client/published.ts', bundle: 'cli/bundle/bundle.ts', time: 'cli/time/time.ts' },
  splitting: true,
  // Flat, so that a path relative to `import.meta.url` means the same in every file.
  chunkNames: 'part-[name]-[hash]',
}

// CommonJS boots faster, and the shim's boot is paid at every start, the CLI's at every command.
const shim: BuildOptions = {
  ...common,
  format: 'cjs',
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  entryPoints: { shim: 'shim/main.ts', keeper: 'shim/keeper/main.ts' },
  sourcemap: false,
}

/** execa in one file: its own hundred files take four times as long to load. Whoever needs it imports it when that is so. */
const execaAlone = {
  ...common,
  ...withPackages,
  metafile: true,
  format: 'esm',
  outfile: `${dist}/execa.mjs`,
  entryPoints: ['execa'],
  sourcemap: false,
} satisfies BuildOptions

/** The bundler, and what reads times, are large, and few commands need them (cli/commands/part.ts). */
const toParts: Plugin = {
  name: 'parts',
  setup({ onResolve }) {
    onResolve({ filter: /\/(?:bundle\/bundle|time\/time)\.ts$/ }, ({ path }) => {
      const [, name] = /(\w+)\.ts$/.exec(path) ?? []
      return { path: `./${name}.js`, external: true }
    })
  },
}

const cli: BuildOptions = {
  ...common,
  format: 'cjs',
  outfile: `${dist}/cli.cjs`,
  entryPoints: ['cli/main.ts'],
  // Read faster; P8A_DEBUG has stack traces name the sources. Short lines, since Node shows the one where a bug was.
  minify: true,
  lineLimit: 160,
  // What every command needs is in the one file; what few need stays outside and is loaded by them.
  packages: 'bundle',
  external: ['@bomb.sh/tab', 'cac', 'chokidar', 'chrono-node', 'conf', 'consola', 'ignore', 'string-width', 'yaml'],
  plugins: [toExecaAlone, toParts],
  // The package's index would bring its server along.
  alias: { 'json-rpc-2.0': 'json-rpc-2.0/dist/client.js' },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
}

rmSync(dist, { recursive: true, force: true })
const [{ metafile }, ofExeca] = await Promise.all([
  build(daemon),
  build(execaAlone),
  ...[beside, products, shim, cli].map(options => build(options)),
])
writeFileSync(`${dist}/daemon.licenses.txt`, bundledLicenses(metafile, { root }))
writeFileSync(`${dist}/execa.licenses.txt`, bundledLicenses(ofExeca.metafile, { root }))
// `import type { Pod } from 'p8a'` needs types alone; an import of values finds an empty module.
writeFileSync(`${dist}/public.js`, 'export {}\n')
const types = ['-p', `${root}scripts/types.tsconfig.json`, '--outDir', `${dist}/types`]
await execa(process.execPath, [`${root}node_modules/typescript/bin/tsc`, ...types], { stdio: 'inherit' })
rmSync(`${root}dist.old`, { recursive: true, force: true })
if (existsSync(final)) renameSync(final, `${root}dist.old`)
renameSync(dist, final)
rmSync(`${root}dist.old`, { recursive: true, force: true })
