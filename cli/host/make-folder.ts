// Makes a folder that only this user can read, and the missing folders above it.
import { access, chmod, constants, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'

/**
 * One folder at a time: Node's recursive mkdir never ends where the system makes no folders, as in `/proc`.
 * @throws {P8aError} `save_failed`
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeStep(folder, true)
  } catch (cause) {
    const closed = await closedAbove(folder)
    const why = closed === undefined ? (cause as Error).message : `this user may not enter ${closed}`
    throw new P8aError('save_failed', `Cannot make the folder ${folder}: ${why}`, {
      hint: { text: 'Choose a folder that you may write to', do: { verb: 'host start', options: { data: 'DIR' } } },
      facts: { folder },
      cause,
    })
  }
}

/** Makes a folder, or takes from others the right to write to the one that is there. @throws {P8aError} `save_failed` */
export async function makeOwnFolder(folder: string): Promise<void> {
  await makeFolder(folder)
  if (((await stat(folder)).mode & 0o022) !== 0) await chmod(folder, 0o700)
}

/** The folder on the way there that this user may not enter, whatever is behind it. */
async function closedAbove(folder: string): Promise<string | undefined> {
  const above = dirname(folder)
  if (above === folder) return undefined
  const closed = await closedAbove(above)
  if (closed !== undefined) return closed
  const isClosed = await access(above, constants.X_OK).then(
    () => false,
    ({ code }) => code === 'EACCES',
  )
  return isClosed ? above : undefined
}

async function makeStep(folder: string, mayGoUp: boolean): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || !mayGoUp || dirname(folder) === folder) throw error
    await makeStep(dirname(folder), true)
    await makeStep(folder, false)
  }
}
