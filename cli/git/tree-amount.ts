// How much a commit holds, as `git ls-tree -r -l -z` lists it. A small pack may stand for any amount: it is counted before anything of
// it is on the disk. Pure.
import { P8aError } from '../../protocol/errors.ts'

/** `files`: submodules too, each of which becomes a folder. `submodules`: the paths of these, which stand for other repositories. */
export type TreeAmount = { files: number; bytes: number; submodules: string[] }

/** As the host has them; undefined: there is no limit. */
export type TreeLimits = { maxTreeFiles: number | undefined; maxTreeBytes: number | undefined }

/** @param entries `MODE TYPE HASH SIZE<tab>PATH`; the size of a submodule is `-` */
export function addEntries({ files, bytes, submodules }: TreeAmount, entries: readonly string[]): TreeAmount {
  const found = entries.flatMap(entry => {
    const [, size, path] = /^\d+ \w+ \w+ +(\d+|-)\t(.+)$/s.exec(entry) ?? []
    return size === undefined || path === undefined ? [] : [{ size, path }]
  })
  const others = found.filter(({ size }) => size === '-').map(({ path }) => path)
  return {
    files: files + found.length,
    bytes: found.reduce((sum, { size }) => (size === '-' ? sum : sum + Number(size)), bytes),
    submodules: [...submodules, ...others],
  }
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
