// Builds what ships: one small file for each program and product, with the packages that are worth it, and the types.
import { copyFileSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { execa } from 'execa'
import { isAlive } from '../test/processes.ts'
import { buildPage } from './build-page.ts'
import { buildPods } from './build-pods.ts'
import { bundledLicenses } from './bundled-licenses.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const final = `${root}dist`
/** Built beside and swapped in at the end, so that what runs meanwhile finds a whole one. Two builds at once have two. */
const dist = `${root}dist.new-${process.pid}`
process.on('exit', () => rmSync(dist, { recursive: true, force: true }))

/** Each program knows its version, and nothing else that package.json says. */
const versionAlone: Plugin = {
  name: 'version-alone',
  setup({ onLoad }) {
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
    onLoad({ filter: /package\.json$/ }, ({ path }) =>
      path === `${root}package.json` ? { contents: JSON.stringify({ version }), loader: 'json' } : undefined,
    )
  },
}

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
  plugins: [versionAlone],
}
const withPackages = { packages: 'bundle', minifySyntax: true, minifyWhitespace: true } as const

const toExecaAlone: Plugin = {
  name: 'execa-alone',
  setup({ onResolve }) {
    onResolve({ filter: /^execa$/ }, () => ({ path: './execa.mjs', external: true }))
  },
}

/** pino without its workers and its own files, which bring modules of Node with them: the host writes its log itself. What stands in their place throws. */
const pinoAlone: Plugin = {
  name: 'pino-alone',
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^(?:\.\/(?:lib\/)?transport|sonic-boom|on-exit-leak-free|worker_threads)$/ },
      ({ path, importer }) => (/\/node_modules\/pino\//.test(importer) ? { path, namespace: 'pino-alone' } : undefined),
    )
    onLoad({ filter: /^worker_threads$/, namespace: 'pino-alone' }, () => ({ contents: 'exports.isMainThread = true' }))
    onLoad({ filter: /^/, namespace: 'pino-alone' }, ({ path }) => ({
      contents: `module.exports = class { constructor() { throw new Error('${path} is not built in') } }`,
    }))
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
  external: ['node-forge', 'ws', 'prom-client'],
  outfile: `${dist}/daemon.cjs`,
  entryPoints: ['daemon/main.ts'],
  plugins: [versionAlone, toExecaAlone, pinoAlone],
  // `performance.now` would load all of Node's module for measurements, 0.8 MB, for packages too.
  define: { 'import.meta.url': 'moduleUrl', 'performance.now': 'monotonicNow' },
  banner: {
    js: `const moduleUrl = require('node:url').pathToFileURL(__filename).href; const monotonicNow = () => Number(process.hrtime.bigint()) / 1e6`,
  },
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

/** What others import: `p8a/client`, `p8a/bundle`, `p8a/values`; and what few commands of the CLI need. */
const products: BuildOptions = {
  ...common,
  format: 'esm',
  outdir: dist,
  entryPoints: {
    client: 'cli/client/published.ts',
    bundle: 'cli/bundle/bundle.ts',
    values: 'protocol/published.ts',
    time: 'cli/time/time.ts',
    'other-words': 'cli/argv/other-words.ts',
    'other-options': 'cli/argv/other-options.ts',
  },
  splitting: true,
  // Flat, so that a path relative to `import.meta.url` means the same in every file.
  chunkNames: 'part-[name]-[hash]',
}

// CommonJS boots faster, and the shim's boot is paid at every start, the CLI's at every command. Without blanks, since its text stays in
// the memory of every run; with its names, since they are in the stack traces of pods.
const shim: BuildOptions = {
  ...common,
  minifySyntax: true,
  minifyWhitespace: true,
  format: 'cjs',
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  entryPoints: { shim: 'shim/start.ts', keeper: 'shim/keeper/main.ts', 'lease-thread': 'shim/lease-thread.ts' },
  // A pod may put something else in the place of the global.
  banner: { js: '"use strict"; const process = globalThis.process' },
  sourcemap: false,
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
}

/** What serves a pod that exports `fetch`, with its package: the shim loads it where it is needed. */
const fetchServer = {
  ...common,
  ...withPackages,
  metafile: true,
  format: 'cjs',
  outfile: `${dist}/fetch.cjs`,
  entryPoints: ['fetch/main.ts'],
  sourcemap: false,
} satisfies BuildOptions

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

/** The bundler, what reads times, and what other tools call things are large, and few commands need them (cli/commands/part.ts). */
const toParts: Plugin = {
  name: 'parts',
  setup({ onResolve }) {
    onResolve({ filter: /\/(?:bundle\/bundle|time\/time|other-words|other-options)\.ts$/ }, ({ path }) => {
      const [, name] = /([\w-]+)\.ts$/.exec(path) ?? []
      return { path: `./${name}.js`, external: true }
    })
  },
}

/** The whole CLI: what the commands are loaded from that need a lot of it. */
const wholeCli: BuildOptions = {
  ...common,
  format: 'cjs',
  outfile: `${dist}/cli-whole.cjs`,
  entryPoints: ['cli/main.ts'],
  // Read faster; P8A_DEBUG has stack traces name the sources. Short lines, since Node shows the one where a bug was.
  minify: true,
  lineLimit: 160,
  // What every command needs is in the one file; what few need stays outside and is loaded by them.
  packages: 'bundle',
  external: ['@bomb.sh/tab', 'cac', 'chokidar', 'chrono-node', 'consola', 'ignore', 'string-width', 'yaml'],
  plugins: [versionAlone, toExecaAlone, toParts],
  // The package's index would bring its server along.
  alias: { 'json-rpc-2.0': 'json-rpc-2.0/dist/client.js' },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
}

/**
 * These commands are large, and take long in any case. The file of the others stands for them by a module that starts the
 * whole CLI in its place, with the same arguments: a module with a `then` that never answers is never done loading. So the
 * first one does nothing more, and no part of the two meets.
 */
const toWholeCli: Plugin = {
  name: 'whole-cli',
  setup({ onResolve, onLoad }) {
    const large = /\/commands\/(?:diff|down|host-start|host-upgrade|import|push|remote-add|serve|shell|startup|up)\.ts$/
    onResolve({ filter: large }, ({ path, importer }) =>
      /\/cli\/table\/[^/]+$/.test(importer) ? { path, namespace: 'whole-cli' } : undefined,
    )
    onLoad({ filter: /^/, namespace: 'whole-cli' }, () => ({
      contents: "require('./cli-whole.cjs')\nmodule.exports = { then() {} }",
    }))
    onResolve({ filter: /^\.\/cli-whole\.cjs$/ }, ({ path }) => ({ path, external: true }))
  },
}

/** What every command pays for: its functions are made at each start, and one small garbage collection is one too many. */
const cli: BuildOptions = {
  ...wholeCli,
  outfile: `${dist}/cli.cjs`,
  external: [...(wholeCli.external ?? []), 'atomically'],
  plugins: [versionAlone, toExecaAlone, toParts, toWholeCli],
}

removeLeft()
const [{ metafile }, ofExeca, ofFetch] = await Promise.all([
  build(daemon),
  build(execaAlone),
  build(fetchServer),
  ...[beside, products, shim, cli, wholeCli].map(options => build(options)),
  buildPage({ root, folder: `${dist}/page` }),
  buildPods({ root, folder: `${dist}/pods` }),
  buildTypes(),
])
for (const file of ['cli', 'daemon', 'shim', 'keeper']) checkLatin(`${dist}/${file}.cjs`)
writeFileSync(`${dist}/daemon.licenses.txt`, bundledLicenses(Object.keys(metafile.inputs), { root }))
writeFileSync(`${dist}/execa.licenses.txt`, bundledLicenses(Object.keys(ofExeca.metafile.inputs), { root }))
writeFileSync(`${dist}/fetch.licenses.txt`, bundledLicenses(Object.keys(ofFetch.metafile.inputs), { root }))
// `import type { Pod } from 'p8a'` needs types alone; an import of values finds an empty module.
writeFileSync(`${dist}/public.js`, 'export {}\n')
copyFileSync(`${root}shim/nothing.mjs`, `${dist}/nothing.mjs`)
swapIn()

/** What builds that were killed have left. */
function removeLeft(): void {
  for (const left of globSync('dist.{new,old}-*', { cwd: root })) {
    if (!isAlive(Number(left.split('-').at(-1)))) rmSync(`${root}${left}`, { recursive: true, force: true })
  }
}

/** Of two builds that end at once, the later one stays. */
function swapIn(): void {
  const old = `${root}dist.old-${process.pid}`
  for (let attempt = 0; ; attempt++) {
    try {
      if (existsSync(final)) renameSync(final, old)
      renameSync(dist, final)
      break
    } catch (error) {
      // Another one has put its own there, or taken it away, in just this moment.
      if (attempt === 10) throw error
    } finally {
      rmSync(old, { recursive: true, force: true })
    }
  }
}

/** Only says them: what is wrong in them is found where all types are checked (`npm test`). */
async function buildTypes(): Promise<void> {
  const given = [
    '-p',
    `${root}scripts/types.tsconfig.json`,
    '--outDir',
    `${dist}/types`,
    '--noCheck',
    '--singleThreaded',
  ]
  await execa(process.execPath, [`${root}node_modules/typescript/bin/tsc`, ...given], { stdio: 'inherit' })
}

/** One other character, such as one in a regular expression, would let the whole text take twice the memory. */
function checkLatin(file: string): void {
  const found = /.{0,30}[^\0-\xff].{0,30}/.exec(readFileSync(file, 'utf8'))
  if (found)
    throw new Error(`${file} has a character that takes two bytes in memory; write it as an escape: ${found[0]}`)
}
