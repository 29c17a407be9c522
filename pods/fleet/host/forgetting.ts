// Takes a host out of its fleet: its record, and what else the engine has of it. It does not know whether that host is gone.
import { done, type Engine, type Outcome, type Rev, type StatePort } from '../port/ports.ts'
import { changePod } from './change.ts'
import type { Tables } from './tables.ts'

/** How long the engine may take to tell what it has of a host. */
const tellMs = 5000

/** What there is of a host besides its record. */
export type Rest = { values: ReadonlyMap<string, Rev>; held: { name: string; holder: string }[] }

type Forgotten = { host: string; rev: Rev | 'any'; rest: Rest }

export async function restOf({ engine, tables }: { engine: Engine; tables: Tables }, host: string): Promise<Rest> {
  const records = [...tables.pods.values()].map(({ record }) => record)
  const held = records.filter(({ holder }) => holder.split('/')[0] === host)
  const below = await Promise.all([`duty.${host}`, `report.${host}`].map(key => valuesBelow(engine.state, key)))
  return { values: new Map(below.flatMap(values => [...values])), held }
}

/**
 * Its record goes first, and then what else there was of it: what came since is of a host that has come back.
 * @param rev of its record
 * @returns `conflict` if its record is another by now: then nothing was done
 */
export async function forgetHost(engine: Engine, { host, rev, rest }: Forgotten): Promise<Outcome<void>> {
  const { state } = engine
  const gone = await state.del(`host.${host}`, rev)
  if (!gone.ok && !(gone.why === 'unknown' && (await isAbsent(state, `host.${host}`)))) return gone
  for (const [key, at] of rest.values) await state.del(key, at)
  for (const { name, holder } of rest.held) {
    const change = changePod(engine, name, now => (now?.holder === holder ? { ...now, holder: '' } : now))
    // A holder that is no host holds nothing: whoever places the pod next finds that too.
    await change.catch(() => {})
  }
  return done(undefined)
}

/** The values of a key and of those below it, as the engine has them now: what it tells of them in time. */
async function valuesBelow(state: StatePort, key: string): Promise<Map<string, Rev>> {
  const values = new Map<string, Rev>()
  for await (const change of state.watch(key, AbortSignal.timeout(tellMs))) {
    if (change.t === 'set') values.set(change.key, change.rev)
    if (change.t === 'del') values.delete(change.key)
    if (change.t === 'synced' || change.t === 'stale') break
  }
  return values
}

async function isAbsent(state: StatePort, key: string): Promise<boolean> {
  const found = await state.get(key)
  return found.ok && found.value === undefined
}
