// Spawns a keeper, in a folder of its own.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeeperProcess } from '../../protocol/keeper.ts'
import { linkEnv } from '../../protocol/link.ts'
import { baseEnvironment } from '../system/environment.ts'
import { keeperFile, noInspector } from '../system/programs.ts'
import type { Seams } from '../system/seams.ts'

/** A keeper that a run was asked to begin may not have dialled yet for so long, and needs its folder. */
const dialsWithinMs = 60_000

/**
 * @param of.ticket by which it proves that it is one
 * @param of.isAlone whether no other is there, so that folders of others are nobody's
 * @returns its pid
 */
export async function spawnKeeper(
  { processes, shim, paths, clock }: Pick<Seams, 'processes' | 'shim' | 'paths' | 'clock'>,
  { ticket, isAlone }: { ticket: string; isAlone: boolean },
): Promise<number> {
  if (isAlone) await sweep(paths.keepers, clock.wallMs() - dialsWithinMs)
  const said = join(paths.logs, 'keeper.out')
  const process = await keeperProcess({ shim, paths, clock }, ticket)
  const { identity } = await processes.spawn({ ...process, stdout: said, stderr: said })
  return identity.pid
}

/** What a keeper is begun with, by whomever. */
export async function keeperProcess(
  { shim, paths, clock }: Pick<Seams, 'shim' | 'paths' | 'clock'>,
  ticket: string,
): Promise<Omit<KeeperProcess, 'order'>> {
  const cwd = join(paths.keepers, `${clock.wallMs()}`)
  await mkdir(cwd, { recursive: true, mode: 0o700 })
  return {
    command: [shim.node, noInspector, keeperFile()],
    env: { ...baseEnvironment(), [linkEnv.socket]: paths.linkSocket, [linkEnv.ticket]: ticket },
    cwd,
  }
}

/** An older keeper that is about to dial does not need its unopened pipes: it will be retired. */
async function sweep(keepers: string, madeBeforeMs: number): Promise<void> {
  const names = await readdir(keepers).catch(() => [])
  const old = names.filter(name => !(Number(name) > madeBeforeMs))
  await Promise.all(old.map(name => rm(join(keepers, name), { recursive: true, force: true })))
}
