// Sets the password of the shell's own port, whether a host runs or not. A program of the daemon does it, since nothing
// else writes into its data directory.
import { fromWireError, type WireError } from '../../protocol/errors.ts'
import { makeFolder } from './make-folder.ts'
import { passwordCommand } from './programs.ts'

/**
 * Resolves to the file that now holds the password.
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
