// Builds the page for people: its script and its look, each in a file whose name has the hash of what is in it, and every
// file compressed ahead.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { bundledLicenses } from './bundled-licenses.ts'

/** @param options.root the checkout, with a slash at its end; `folder`: where the files go */
export async function buildPage({ root, folder }: { root: string; folder: string }): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['page/main.ts', 'page/page.css'],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    metafile: true,
    write: false,
  })
  for (const { path, contents } of outputFiles) keep(join(folder, basename(path)), contents)
  const icon = readFileSync(join(root, 'page/icon.svg'))
  const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`
  keep(join(folder, iconName), icon)
  const named = (start: string, end: string) =>
    outputFiles.map(({ path }) => basename(path)).find(name => name.startsWith(start) && name.endsWith(end)) ?? ''
  const index = readFileSync(join(root, 'page/index.html'), 'utf8')
    .replace('ICON', iconName)
    .replace('STYLE', named('page-', '.css'))
    .replace('MAIN', named('main-', '.js'))
  keep(join(folder, 'index.html'), Buffer.from(index))
  keep(join(folder, 'licenses.txt'), Buffer.from(bundledLicenses(Object.keys(metafile.inputs), { root })))
}

/** A small file gains nothing. */
const leastBytes = 512

function keep(file: string, bytes: Uint8Array): void {
  writeFileSync(file, bytes)
  if (bytes.length < leastBytes || extname(file) === '.txt') return
  const { BROTLI_PARAM_QUALITY, BROTLI_MAX_QUALITY } = constants
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY } }))
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
}
