// How large a pushed folder may be, by the settings of the host.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { Settings } from '../../protocol/settings.ts'

/** `largest`: its largest file. */
export type TreeAmount = { bytes: number; files: number; largest?: { path: string; size: number } | undefined }

/** @throws {P8aError} `too_large` naming the limit, and the file that is over it */
export function refuseLarge(
  { bytes, files, largest }: TreeAmount,
  settings: Pick<Settings, 'maxTreeBytes' | 'maxTreeFiles' | 'maxFileBytes'>,
): void {
  const { maxTreeBytes, maxTreeFiles, maxFileBytes } = settings
  if (bytes > maxTreeBytes)
    throw tooLarge(`it has ${bytes} bytes${largestOf(largest)}, the limit is ${maxTreeBytes}`, 'maxTreeBytes', largest)
  if (files > maxTreeFiles) throw tooLarge(`it has ${files} files, the limit is ${maxTreeFiles}`, 'maxTreeFiles')
  if (largest && largest.size > maxFileBytes)
    throw tooLarge(
      `${quote(largest.path)} has ${largest.size} bytes, the limit of a file is ${maxFileBytes}`,
      'maxFileBytes',
      largest,
    )
}

function largestOf(largest: TreeAmount['largest']): string {
  return largest ? ` (the largest file is ${quote(largest.path)})` : ''
}

function tooLarge(why: string, setting: string, largest?: { path: string }): P8aError {
  return new P8aError('too_large', `Cannot push the folder: ${why}`, {
    hint: `Leave files out by .podignore, or raise ${setting} in host.json`,
    facts: { setting, ...(largest && { file: largest.path }) },
  })
}
