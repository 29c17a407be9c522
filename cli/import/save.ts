// Writes a manifest, and never over one that is there, unless it is told to.
import { writeFile } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'

/** @throws {P8aError} `bad_settings` if there is a file, `save_failed` */
export async function saveManifest(file: string, { text, force }: { text: string; force: boolean }): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new P8aError('bad_settings', `Cannot write ${file}: it is there already`, {
        hint: 'Write over it with --force, show what would be written with --print, or write another file with --output FILE',
        facts: { file },
        cause,
      })
    const problem = code === 'ENOENT' ? 'there is no such folder' : message
    throw new P8aError('save_failed', `Cannot write ${file}: ${problem}`, { facts: { file, problem }, cause })
  }
}
