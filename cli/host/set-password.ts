// Sets the password of the shell's own port, whether a host is there or not: by a program of the daemon's, since nothing
// else writes in its data directory.
import { fromWireError, type WireError } from '../../protocol/errors.ts'
import { makeFolder } from './make-folder.ts'
import { passwordCommand } from './programs.ts'

/**
 * Resolves to the file that holds it now.
 * @throws {P8aError} `save_failed`
 */
export async function setPassword(password: string, { dataDir }: { dataDir: string }): Promise<string> {
  await makeFolder(dataDir)
  const { execa } = await import('execa')
  const [program, ...args] = passwordCommand(dataDir)
  const { stdout } = await execa(program, args, { input: password, stderr: 'inherit' })
  const told = JSON.parse(stdout) as { file: string } | { error: WireError }
  if ('error' in told) throw fromWireError(told.error)
  return told.file
}
