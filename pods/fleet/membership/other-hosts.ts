// What this host does to others of its fleet: it sets their duty, waits until they are drained, and takes out those that are gone.
import { fleetError, plainError, unavailable } from '../host/errors.ts'
import { restOf } from '../host/forgetting.ts'
import type { Known } from '../host/tables.ts'
import type { Member } from '../member.ts'
import { patiently } from '../patiently.ts'
import { failed, type Rev } from '../port/ports.ts'
import { type Duty, type HostRecord, readRecord, recordVersion, writeRecord } from '../records.ts'
import { isGuarded } from '../settings.ts'
import type { Membership } from './membership.ts'

/** How long it may take to be told that a host is forgotten. */
const forgetMs = 5000
/** How long a host that is cut off may take to be dead for the others. */
const removeMs = 60_000

/** @throws {Error} if there is no such host */
export async function setDuty(member: Member, host: string, duty: Duty): Promise<void> {
  known(member, host)
  const put = await member.engine.state.put(`duty.${host}`, writeRecord('duty', { v: recordVersion, duty }), 'any')
  if (!put.ok) throw unavailable(put)
}

/** Resolves when nothing of the fleet is on a host any more. @returns how many pods are left when the signal is aborted */
export async function drained({ tables }: Member, host: string, signal: AbortSignal): Promise<number> {
  const left = () => [...tables.pods.values()].filter(({ record }) => record.assigned[host] !== undefined).length
  const isOver = () =>
    tables.duties.get(host) === 'draining' &&
    left() === 0 &&
    Object.keys(tables.hosts.get(host)?.record.pods ?? {}).length === 0
  await tables.until(() => isOver() || undefined, signal)
  return left()
}

/**
 * Takes a host that is gone for good out of the fleet. What is exclusive there may live elsewhere from then on.
 * @throws {Error} if it is alive, or this one
 */
export async function forget(member: Member, host: string): Promise<void> {
  const { tables, fencing, settings } = member
  const record = known(member, host)
  if (!tables.isSynced) throw unavailable(failed('unavailable', 'the engine is away'))
  if (host === settings.host)
    throw fleetError('unsupported', 'Cannot forget the host that is asked', {
      text: 'Let it leave',
      do: { verb: 'fleet leave' },
    })
  const isAlive = () =>
    fleetError('unsupported', `Cannot forget host "${host}": it is alive`, [
      { text: 'Move its pods away', do: { verb: 'fleet drain', args: [host] } },
      { text: 'then let it leave', do: { verb: 'fleet leave', remote: 'HOST' } },
    ])
  if (member.isAlive(host)) throw isAlive()
  // As it is before that: once it is declared dead it may come back at any time, and write anew.
  const rest = await restOf(member, host)
  const dead = await fencing.declareDead(record)
  if (!dead.ok && dead.why !== 'conflict') throw unavailable(dead)
  const rev = dead.ok ? dead.value : await deadRev(member, host)
  if (rev === undefined) throw isAlive()
  const forgotten = await fencing.forget({ host, rev, rest })
  if (!forgotten.ok) throw forgotten.why === 'conflict' ? isAlive() : unavailable(forgotten)
  await tables.until(() => !tables.hosts.has(host) || undefined, AbortSignal.timeout(forgetMs))
}

/**
 * Cuts a host off, whatever it does: its credential is void at once. What it has is placed elsewhere once it is dead for the others.
 * @throws {Error} if this host does not keep the engine, or there is no such host
 */
export async function remove(ours: Membership, host: string): Promise<void> {
  // Each step may be done again. Where the host that is lost had the server that led, the others agree on another one first.
  // A server that has just begun may not know the account of the fleet yet.
  const isPassing = ({ code, name }: { code?: unknown; name?: unknown }) =>
    code === 'fleet_unavailable' || code === 'outcome_unknown' || name === 'AuthorizationError'
  await patiently(async () => await cutOff(ours, host), { isPassing, forMs: ours.founding.mostMs })
}

async function cutOff(ours: Membership, host: string): Promise<void> {
  const member = ours.member()
  const { tables, settings } = member
  if (!isGuarded(settings))
    throw fleetError(
      'unsupported',
      'The hosts of this fleet have one credential for all: none of them can be cut off alone',
      [{ text: 'Take away what it knows at the engine' }, { text: 'then', do: { verb: 'fleet forget', args: [host] } }],
    )
  const keeper = ours.keeping({ verb: 'fleet remove', args: [host] })
  if (host === settings.host)
    throw fleetError('unsupported', 'Cannot remove the host that is asked', {
      text: 'Let it leave',
      do: { verb: 'fleet leave' },
    })
  // A fleet pod that has just begun knows nothing yet.
  await tables.until(() => tables.isSynced || undefined, AbortSignal.timeout(ours.founding.mostMs))
  if (tables.isSynced) await ours.serving().expel(host)
  // One that is out already may have been left half way.
  if (!(await keeper.revoke(host))) known(member, host)
  const isGone = () => !tables.hosts.has(host) || (tables.isSynced && !member.isAlive(host)) || undefined
  if (!(await tables.until(isGone, AbortSignal.timeout(removeMs))))
    throw plainError(`Host "${host}" is cut off, and not dead for the others yet`, {
      text: 'Once it is dead for them',
      do: { verb: 'fleet forget', args: [host] },
    })
  if (tables.hosts.has(host)) await forget(member, host)
}

/** @returns the rev of the record of a host that another one has declared dead meanwhile; undefined if none has */
async function deadRev({ engine }: Member, host: string): Promise<Rev | undefined> {
  const found = await engine.state.get(`host.${host}`)
  if (!found.ok) throw unavailable(found)
  return found.value && readRecord('host', found.value.value)?.isFenced ? found.value.rev : undefined
}

function known({ tables }: Member, host: string): Known<HostRecord> {
  const found = tables.hosts.get(host)
  if (found) return found
  throw fleetError(
    'host_not_found',
    `There is no host "${host}" in the fleet`,
    `There are: ${[...tables.hosts.keys()].join(', ')}`,
  )
}
