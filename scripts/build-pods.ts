// Builds the pods that ship with p8a, as a push of their sources would, and reads them as a host would: a push of `p8a:NAME` waits for neither.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { transform } from 'esbuild'
import { bundle } from '../cli/bundle/bundle.ts'
import { type Inspected, inspectImage } from '../daemon/image/inspect.ts'
import type { Shipped } from '../daemon/image/shipped.ts'
import { hashOf } from '../daemon/image/store.ts'
import { bundledLicenses } from './bundled-licenses.ts'

/** @param options.root the checkout, with a slash at its end; `folder`: gets a folder for each pod */
export async function buildPods({ root, folder }: { root: string; folder: string }): Promise<void> {
  const names = readdirSync(join(root, 'pods')).filter(name => existsSync(join(root, 'pods', name, 'pod.ts')))
  const shipped = await Promise.all(
    names.map(async (name): Promise<[hash: string, Inspected]> => {
      const source = join(root, 'pods', name)
      const file = join(source, 'pod.ts')
      const { code, map, warnings } = await bundle(file)
      if (warnings.length > 0) throw new Error(`pods/${name}: ${warnings.map(({ text }) => text).join('; ')}`)
      const { sources } = JSON.parse(map) as { sources: string[] }
      const licenses = bundledLicenses(
        sources.map(path => relative(root, join(source, path))),
        { root },
      )
      const small = await smaller(code, map)
      mkdirSync(join(folder, name), { recursive: true })
      writeFileSync(join(folder, name, 'pod.js'), small.code)
      writeFileSync(join(folder, name, 'pod.js.map'), small.map)
      if (licenses !== '') writeFileSync(join(folder, name, 'licenses.txt'), licenses)
      return [hashOf(small.code), inspectImage(small.code, { file: 'pod.js' })]
    }),
  )
  writeFileSync(join(folder, 'inspected.json'), JSON.stringify(Object.fromEntries(shipped) satisfies Shipped))
}

/** Without blanks, and with escapes for what takes two bytes: a pod keeps the text of its code in memory. Names stay. */
async function smaller(code: string, map: string): Promise<{ code: string; map: string }> {
  const inline = `data:application/json;base64,${Buffer.from(map).toString('base64')}`
  return await transform(`${code}\n//# sourceMappingURL=${inline}`, {
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    charset: 'ascii',
    format: 'esm',
    target: 'node22',
    sourcefile: 'pod.js',
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
  })
}
