// Which installation of p8a a person means: a folder, a version that npm installs beside the others in the data directory, or that
// of this command.
import { access, readdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { makeFolder } from './make-folder.ts'
import { ownInstallation } from './programs.ts'

/** How long npm may take. */
const installMs = 300_000

/** What npm takes for a version or the name of one: `1.2.3`, `latest`. */
const versionName = /^v?\d+\.\d+\.\d+(-[\w.-]+)?$|^[a-z]+$/

/**
 * The folder that has its package.json.
 * @throws {P8aError} `file_not_found`, `version_not_found`
 */
export async function installationOf(
  wanted: string | undefined,
  { dataDir, npm = 'npm' }: { dataDir: string; npm?: string },
): Promise<string> {
  if (wanted === undefined) return ownInstallation
  // Never a folder of that name where somebody happens to be: whoever made it would get code run by whoever types this.
  if (versionName.test(wanted)) return await versionBeside(wanted.replace(/^v(?=\d)/, ''), { dataDir, npm })
  const folder = resolve(wanted)
  for (const found of [folder, join(folder, 'node_modules/p8a')]) if (await isOurs(found)) return found
  throw noInstallation(folder)
}

async function versionBeside(version: string, { dataDir, npm }: { dataDir: string; npm: string }): Promise<string> {
  const versions = join(dataDir, 'versions')
  const prefix = join(versions, version)
  const folder = join(prefix, 'node_modules/p8a')
  // What a name such as `latest` means changes.
  const isFixed = /^\d/.test(version)
  if (isFixed && (await isOurs(folder))) return folder
  await makeFolder(prefix)
  const { execa } = await import('execa')
  const args = ['install', '--prefix', prefix, '--omit=dev', '--no-audit', '--no-fund', `p8a@${version}`]
  const {
    failed,
    stderr,
    shortMessage = '',
  } = await execa(npm, args, { cwd: prefix, reject: false, stdin: 'ignore', timeout: installMs })
  if (!failed && (await isOurs(folder))) return folder
  // What is half there would be taken for whole.
  await rm(prefix, { recursive: true, force: true })
  const said = stderr.trim().split('\n').slice(0, 3).join('; ') || shortMessage
  const beside = (await readdir(versions).catch(() => [])).sort()
  throw new P8aError('version_not_found', `Cannot install p8a ${version}: ${said}`, {
    hint: `${beside.length > 0 ? `Installed already: ${beside.join(', ')}. ` : ''}A folder with an installation of p8a may be named, too, such as ./next`,
    facts: { version, installed: beside },
  })
}

async function isOurs(folder: string): Promise<boolean> {
  const about = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '')
  if (!/"name"\s*:\s*"p8a"/.test(about)) return false
  return await access(join(folder, 'dist/daemon.cjs')).then(
    () => true,
    () => false,
  )
}

function noInstallation(folder: string): P8aError {
  return new P8aError('file_not_found', `There is no installation of p8a in ${folder}`, {
    hint: 'Name a version, such as 1.2.3, or the folder that has the package.json of p8a, such as ./next',
    facts: { folder },
  })
}
