// Makes what the runs of a folder may write in, where its pod has a user: as that user, since a run could put a link in the place
// of a folder of its storage, and root would follow it.
import { dirname } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { type Folders, missingOf } from '../image/seeds.ts'
import { runProgram } from '../system/run-program.ts'
import type { User } from '../system/users.ts'
import { userPrefix } from './user.ts'

const copyMs = 600_000

/** Beside its place first, so that nothing half is there; a run that begins at the same moment may be faster. */
const copies =
  'mkdir -p -- "$1" && cp -RP -- "$2" "$4" && chmod -R u+w -- "$4" && mv -nT -- "$4" "$3"; rm -rf -- "$4"; test -e "$3"'

/** @throws {P8aError} `start_failed` */
export async function makeWritableAs(user: User, writable: readonly string[], at: Folders): Promise<void> {
  for await (const { path, final, seed, isFolder } of missingOf(writable, at)) {
    if (seed !== undefined)
      await run(user, path, ['/bin/sh', '-c', copies, 'sh', dirname(final), seed, final, `${final}.new`])
    else await run(user, path, ['/bin/mkdir', '-p', '--', isFolder ? final : dirname(final)])
  }
}

async function run(user: User, path: string, command: readonly string[]): Promise<void> {
  const [program = '', ...args] = await userPrefix(user)
  const { code } = await runProgram([program, ...args, ...command], { input: [], timeoutMs: copyMs })
  if (code !== 0)
    throw new P8aError('start_failed', `user ${user.name} cannot make ${JSON.stringify(path)} in its storage`)
}
