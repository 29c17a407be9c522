// Spawns a keeper, in a folder of its own.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeeperProcess } from '../../protocol/keeper.ts'
import { linkEnv } from '../../protocol/link.ts'
import { baseEnvironment } from '../system/environment.ts'
import { keeperFile, noInspector } from '../system/programs.ts'
import type { Seams } from '../system/seams.ts'
import { guardNoteIn } from './heir.ts'

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
  if (isAlone) await sweep(paths.keepers, { processes, madeBeforeMs: clock.wallMs() - dialsWithinMs })
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
    env: { ...baseEnvironment(), [linkEnv.socket]: paths.linkSocket, [linkEnv.ticket]: ticket, [linkEnv.folder]: cwd },
    cwd,
  }
}

/**
 * An older keeper that is about to dial does not need its unopened pipes: it will be retired. But whoever waits beside it becomes a keeper
 * there, with its sockets.
 */
async function sweep(
  keepers: string,
  { processes, madeBeforeMs }: Pick<Seams, 'processes'> & { madeBeforeMs: number },
): Promise<void> {
  const names = await readdir(keepers).catch(() => [])
  const old = names.filter(name => !(Number(name) > madeBeforeMs)).map(name => join(keepers, name))
  const removed = old.map(async dir => {
    if (!(await hasHeir(dir, processes))) await rm(dir, { recursive: true, force: true })
  })
  await Promise.all(removed)
}

/** If that cannot be seen, there may be one. */
async function hasHeir(dir: string, processes: Seams['processes']): Promise<boolean> {
  const { guard } = (await guardNoteIn(dir)) ?? {}
  if (!guard) return false
  const found = await processes.identify(guard.pid).catch(() => guard)
  return found?.startTime === guard.startTime
}
