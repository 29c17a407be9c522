// How a fleet that has this host alone goes to another engine. What is up goes on, and what is asked of the fleet meanwhile waits or is refused.
import { engineOf, forgetEmbedded, reached } from '../engines.ts'
import { unavailable } from '../host/errors.ts'
import type { Member } from '../member.ts'
import { type Engine, failed } from '../port/ports.ts'
import type { OwnEngine } from '../security/founding.ts'
import type { Keeper } from '../security/keeper.ts'
import type { EngineSettings, FleetSettings } from '../settings.ts'
import { heard } from './entering.ts'
import { checkMove } from './may.ts'
import type { Membership } from './membership.ts'
import { checkUnused, copyImages, moveValues, valuesOf } from './values.ts'

/** Where a fleet goes: `keeper` where the engine is its own. */
type Goal = { next: FleetSettings; to: Engine; keeper: Keeper | undefined }

/** @throws {Error} if it has other hosts, or an engine fails: then it is where it was */
export async function move(ours: Membership, wanted: EngineSettings | OwnEngine): Promise<FleetSettings> {
  return await ours.alone(async () => {
    const member = ours.member()
    const { settings, tables } = member
    if (!tables.isSynced) throw unavailable(failed('unavailable', tables.away))
    const { host, engine } = settings
    checkMove(wanted.kind, {
      host,
      hosts: tables.hosts.keys(),
      engine: engine.kind,
      isKeeper: ours.keeper !== undefined,
    })
    const goal = await goalOf(ours, wanted, settings)
    try {
      await bring(ours, member, goal)
      return goal.next
    } finally {
      if (!goal.keeper) await goal.to.close()
      else if (ours.keeper !== goal.keeper) await abandonKeeper(ours, goal.keeper)
    }
  })
}

async function goalOf(ours: Membership, wanted: EngineSettings | OwnEngine, settings: FleetSettings): Promise<Goal> {
  const { storage } = ours.options.p8a
  if (wanted.kind === 'own') {
    const { found } = await import('../security/founding.ts')
    const { engine, keeper } = await found(wanted, settings, ours.founding)
    return { next: { ...settings, engine }, to: keeper.engine, keeper }
  }
  const next = { ...settings, engine: wanted }
  if (wanted.kind === 'embedded') await forgetEmbedded(storage)
  return { next, to: await engineOf(next, storage), keeper: undefined }
}

/** Ends the member where the fleet was, and opens one where it is then: where it was, if its values could not be moved. */
async function bring(ours: Membership, member: Member, { next, to, keeper }: Goal): Promise<void> {
  const { p8a, open, joinMs } = ours.options
  const { settings, engine, mounts } = member
  const before = ours.keeper
  await reached(to, joinMs)
  checkUnused(await valuesOf(to.state), settings.fleet)
  // What takes long is done while all goes on.
  await copyImages(await valuesOf(engine.state), engine.blobs, to.blobs)
  await member.end()
  const moved = await moveValues(settings, { next, to, storage: p8a.storage, mostMs: joinMs }).then(
    () => undefined,
    error => ({ error }),
  )
  const current = moved ? settings : next
  ours.keep(moved ? before : keeper)
  const opened = await open(current, { mounts, keeper: ours.keeper })
  await ours.become(opened, current)
  if (moved) throw moved.error
  await heard(opened, joinMs)
  if (before) await abandonKeeper(ours, before)
}

async function abandonKeeper(ours: Membership, keeper: Keeper): Promise<void> {
  const { abandon } = await import('../security/founding.ts')
  await abandon(keeper, ours.options.p8a.storage)
}
