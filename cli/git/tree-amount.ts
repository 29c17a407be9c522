// How much a commit holds, as `git ls-tree -r -l -z` lists it. A small pack may stand for any amount: it is counted before anything of
// it is on the disk. Pure.
import { P8aError } from '../../protocol/errors.ts'

/** `submodules`: the paths of folders that stand for other repositories. */
export type TreeAmount = { files: number; bytes: number; submodules: string[] }

/** As the host has them; undefined: there is no limit. */
export type TreeLimits = { maxTreeFiles: number | undefined; maxTreeBytes: number | undefined }

/** @param entry `MODE TYPE HASH SIZE<tab>PATH`; the size of a submodule is `-` */
export function addEntry({ files, bytes, submodules }: TreeAmount, entry: string): TreeAmount {
  const [, mode, size, path] = /^(\d+) \w+ \w+ +(\d+|-)\t(.+)$/s.exec(entry) ?? []
  if (mode === undefined || path === undefined) return { files, bytes, submodules }
  if (mode === '160000') return { files, bytes, submodules: [...submodules, path] }
  return { files: files + 1, bytes: bytes + Number(size), submodules }
}

/** Why it is not deployed; undefined: it may be. */
export function refusalOf({ files, bytes }: TreeAmount, limits: TreeLimits): P8aError | undefined {
  const { maxTreeFiles = Number.POSITIVE_INFINITY, maxTreeBytes = Number.POSITIVE_INFINITY } = limits
  if (files > maxTreeFiles) return tooLarge(`more than ${maxTreeFiles} files`, 'maxTreeFiles')
  if (bytes > maxTreeBytes) return tooLarge(`more than ${maxTreeBytes} bytes`, 'maxTreeBytes')
  return undefined
}

function tooLarge(what: string, setting: string): P8aError {
  return new P8aError('too_large', `Cannot deploy: the commit has ${what}`, {
    hint: `Take files out of it, or raise ${setting} in host.json`,
    facts: { setting },
  })
}
