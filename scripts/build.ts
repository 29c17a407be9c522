// Builds what ships: one small file each for the daemon, the shim, the CLI and the client library, and the types.
import { execFileSync } from 'node:child_process'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
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

/**
 * The daemon with its packages, in one file. As CommonJS, since an `import` of a built-in module reads every member of
 * it, and so loads what is behind each: that was half of the start and 8 MB. Without blanks, since its text stays in memory.
 */
const daemon = {
  ...common,
  metafile: true,
  format: 'cjs',
  packages: 'bundle',
  // Few hosts need it, and each of them once.
  external: ['node-forge'],
  outfile: `${dist}/daemon.cjs`,
  entryPoints: ['daemon/main.ts'],
  minifySyntax: true,
  minifyWhitespace: true,
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: `const moduleUrl = require('node:url').pathToFileURL(__filename).href` },
} satisfies BuildOptions

rmSync(dist, { recursive: true, force: true })
const [{ metafile }] = await Promise.all([
  build(daemon),
  // Its packages are among the daemon's, whose licenses are told.
  build({
    ...common,
    format: 'esm',
    outfile: `${dist}/reader.mjs`,
    entryPoints: ['daemon/image/reader.ts'],
    packages: 'bundle',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: false,
  }),
  build({
    ...common,
    format: 'esm',
    outdir: dist,
    entryPoints: { client: 'cli/client/client.ts', bundle: 'cli/bundle/bundle.ts' },
    splitting: true,
    // Flat, so that a path relative to `import.meta.url` means the same in every file.
    chunkNames: 'part-[name]-[hash]',
  }),
  // CommonJS boots faster, and the shim's boot is paid at every start, the CLI's at every command.
  build({ ...common, format: 'cjs', outfile: `${dist}/shim.cjs`, entryPoints: ['shim/main.ts'], sourcemap: false }),
  build({
    ...common,
    format: 'cjs',
    outfile: `${dist}/keeper.cjs`,
    entryPoints: ['shim/keeper/main.ts'],
    sourcemap: false,
  }),
  build({
    ...common,
    format: 'cjs',
    outfile: `${dist}/cli.cjs`,
    entryPoints: ['cli/main.ts'],
    // Read faster; P8A_DEBUG has stack traces name the sources. Short lines, since Node shows the one where a bug was.
    minify: true,
    lineLimit: 160,
    // What every command needs is in the one file; what few need stays outside and is loaded by them.
    packages: 'bundle',
    external: ['@bomb.sh/tab', 'cac', 'chrono-node', 'conf', 'consola', 'esbuild', 'string-width'],
    // The package's index would bring its server along.
    alias: { 'json-rpc-2.0': 'json-rpc-2.0/dist/client.js' },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  }),
])
writeFileSync(`${dist}/daemon.licenses.txt`, bundledLicenses(metafile, { root }))
// `import type { Pod } from 'p8a'` needs types alone; an import of values finds an empty module.
writeFileSync(`${dist}/public.js`, 'export {}\n')
execFileSync(
  process.execPath,
  [
    `${root}node_modules/typescript/bin/tsc`,
    ...['-p', `${root}scripts/types.tsconfig.json`, '--outDir', `${dist}/types`],
  ],
  { stdio: 'inherit' },
)
rmSync(`${root}dist.old`, { recursive: true, force: true })
if (existsSync(final)) renameSync(final, `${root}dist.old`)
renameSync(dist, final)
rmSync(`${root}dist.old`, { recursive: true, force: true })
