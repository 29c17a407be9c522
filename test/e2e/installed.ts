// Other installations of p8a beside this one: copies of it that say another version, and do something else first.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { version } from '../../protocol/version.ts'
import { root } from '../paths.ts'

type Copy = {
  /** The version in its package.json, and that which its host says; that of this one unless told. */
  about?: string
  says?: string
  /** What its host does first. */
  before?: string
}

/** What a host does as soon as it may take the place of the one before. */
export const onGo = (what: string) => `process.on('message', ({ say }) => { if (say === 'go') { ${what} } })`

/** Makes a copy at `folder`, which must not be there yet. */
export function installAt(folder: string, { about = version, says = version, before = '' }: Copy = {}): void {
  mkdirSync(join(folder, 'dist'), { recursive: true })
  for (const file of ['shim.cjs', 'keeper.cjs', 'reader.mjs', 'cli.cjs', 'pods'])
    symlinkSync(join(root, 'dist', file), join(folder, 'dist', file))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'p8a', version: about }))
  const program = join(folder, 'dist/daemon.cjs')
  const text = readFileSync(join(root, 'dist/daemon.cjs'), 'utf8').replaceAll(`"${version}"`, `"${says}"`)
  writeFileSync(program, `${before};\n${text}`)
}
