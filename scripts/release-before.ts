// Builds the release before this one, or an earlier state, out of the repository's history, for tests of what both do with each other:
// `releaseBefore()` gives its folder. It is built once, and kept in `.release`.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The last release: it knows no ports and no upgrades. */
const lastRelease = '6f910f1'

const shipped = new Set(['bin', 'dist', 'node_modules', 'package.json', 'pods'])

/** @returns its folder; undefined where the history is not there, as in a shallow clone */
export async function releaseBefore(commit = lastRelease): Promise<string | undefined> {
  const cache = join(root, '.release')
  const folder = join(cache, commit)
  if (existsSync(folder)) return folder
  const known = await execa('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, reject: false })
  if (known.failed) return undefined
  // Built beside, so that nobody finds half of it.
  const made = join(cache, `${commit}.${process.pid}`)
  rmSync(made, { recursive: true, force: true })
  mkdirSync(made, { recursive: true })
  await execa('sh', ['-c', `git archive ${commit} | tar -x -C "$0"`, made], { cwd: root })
  symlinkSync(join(root, 'node_modules'), join(made, 'node_modules'))
  leaveTypesUnchecked(join(made, 'scripts/types.tsconfig.json'))
  await execa(process.execPath, ['scripts/build.ts'], { cwd: made })
  // What was built is what ships; the sources would be taken for some of ours.
  for (const name of readdirSync(made)) if (!shipped.has(name)) rmSync(join(made, name), { recursive: true })
  try {
    renameSync(made, folder)
  } catch (error) {
    // Another test was faster.
    if (!existsSync(folder)) throw error
    rmSync(made, { recursive: true, force: true })
  }
  return folder
}

/** They were checked when it was released; to do it again takes most of the build. */
function leaveTypesUnchecked(file: string): void {
  const known = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...known, compilerOptions: { ...known.compilerOptions, noCheck: true } }))
}
