// The repository of a pod on this disk: a bare one, whose hook lets our CLI deploy what is pushed.
import { access, chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { P8aError } from '../../../protocol/errors.ts'
import { joinPath, quote } from '../../../protocol/names.ts'
import { asSaveError, readNames, replaceFile } from '../../store/state-file.ts'
import { baseEnvironment } from '../../system/environment.ts'
import { type DataPaths, dataPaths } from '../../system/paths.ts'
import { cliCommand } from '../../system/programs.ts'
import { startServing } from '../../system/run-program.ts'

export type Named = { path: string; name: string }

/** What git gets of the environment: nothing of the configuration of whoever runs the host. */
export function gitEnvironment(): Record<string, string> {
  return { ...baseEnvironment(), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' }
}

/** Where it is, or would be. @throws {P8aError} `host_not_found` */
export async function repositoryOf(root: DataPaths, { path, name }: Named): Promise<string> {
  if (path === '') return root.repository(name)
  const data = join(root.hosts, path)
  if (await isThere(data)) return dataPaths(data).repository(name)
  throw new P8aError('host_not_found', `There is no host at ${quote(path)}`, {
    hint: `In the address, the path of a host stands before the name of the pod: /git/${joinPath(path, name)}`,
  })
}

/** An empty one, for those that nothing was pushed to yet. */
export async function emptyRepository(root: DataPaths): Promise<string> {
  const folder = join(root.repositories, '.empty.git')
  if (!(await isThere(join(folder, 'HEAD')))) await init(folder)
  return folder
}

/** Makes it, unless it is there; its hook is that of this host. @throws {P8aError} `unsupported`, `no_space`, `save_failed` */
export async function readyRepository(folder: string, root: DataPaths, named: Named): Promise<void> {
  await makeReady(folder, root, named).catch(error => {
    throw asSaveError(folder, error)
  })
}

async function makeReady(folder: string, root: DataPaths, named: Named): Promise<void> {
  if (!(await isThere(join(folder, 'HEAD')))) await init(folder)
  const { path, name } = named
  const command = cliCommand('git', 'receive', name, '--data', root.data, ...(path === '' ? [] : ['--path', path]))
  const hook = join(folder, 'hooks', 'pre-receive')
  await mkdir(join(folder, 'hooks'), { recursive: true })
  await replaceFile(hook, `#!/bin/sh\nexec ${command.map(quoted).join(' ')}\n`, { durable: false })
  await chmod(hook, 0o700)
}

/** Removes one that nothing was accepted into; what cannot be looked at stays. */
export async function removeIfEmpty(folder: string): Promise<void> {
  if (!(await hasRefs(folder).catch(() => true))) await rm(folder, { recursive: true, force: true })
}

/** Whether anything was accepted into it; then it stays for as long as its pod. @throws {P8aError} `state_broken` */
export async function hasRefs(folder: string): Promise<boolean> {
  const heads = await readNames(join(folder, 'refs', 'heads'))
  const tags = await readNames(join(folder, 'refs', 'tags'))
  return heads.length + tags.length > 0 || (await isThere(join(folder, 'packed-refs')))
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** @throws {P8aError} `unsupported` where there is no git */
export function noGit(cause: unknown): P8aError {
  return new P8aError('unsupported', 'Cannot take a git push: there is no git on the machine of the host', {
    hint: { text: 'Install git there; or push the folder', do: { verb: 'push', args: ['NAME', 'FOLDER'] } },
    cause,
  })
}

async function init(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const git = startServing(['git', 'init', '--quiet', '--bare', '--initial-branch=main', '.'], {
    env: gitEnvironment(),
    cwd: folder,
  })
  git.input.end()
  git.output.resume()
  const said = text(git.errors)
  await git.begun.catch(cause => {
    throw noGit(cause)
  })
  const { code } = await git.exited
  if (code !== 0) throw new P8aError('save_failed', `Cannot make a repository: ${(await said).trim()}`)
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
