// Spawns a keeper, in a folder of its own.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { linkEnv } from '../../protocol/link.ts'
import { baseEnvironment } from '../system/environment.ts'
import { keeperFile, noInspector } from '../system/programs.ts'
import type { Seams } from '../system/seams.ts'

/**
 * @param of.ticket by which it proves that it is one
 * @param of.isAlone whether no other is there, so that folders of others are nobody's
 * @returns its pid
 */
export async function spawnKeeper(
  { processes, shim, paths, clock }: Pick<Seams, 'processes' | 'shim' | 'paths' | 'clock'>,
  { ticket, isAlone }: { ticket: string; isAlone: boolean },
): Promise<number> {
  if (isAlone) await sweep(paths.keepers)
  const dir = join(paths.keepers, `${clock.wallMs()}`)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const said = join(paths.logs, 'keeper.out')
  const { identity } = await processes.spawn({
    command: [shim.node, noInspector, keeperFile()],
    env: { ...baseEnvironment(), [linkEnv.socket]: paths.linkSocket, [linkEnv.ticket]: ticket },
    cwd: dir,
    stdout: said,
    stderr: said,
  })
  return identity.pid
}

/** An older keeper that is about to dial does not need its unopened pipes: it will be retired. */
async function sweep(keepers: string): Promise<void> {
  const names = await readdir(keepers).catch(() => [])
  await Promise.all(names.map(name => rm(join(keepers, name), { recursive: true, force: true })))
}
