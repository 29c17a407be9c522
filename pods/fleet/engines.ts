// The engine of a fleet: which it is, whether it is reached in time, and whether it has this fleet.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedEngine } from './embedded/engine.ts'
import { openHub } from './embedded/file.ts'
import { fleetError, unavailable } from './host/errors.ts'
import type { Engine } from './port/ports.ts'
import { readRecord, recordVersion, writeRecord } from './records.ts'
import type { FleetSettings } from './settings.ts'

/** @param storage the folder in which an engine within this host keeps what it has */
export async function engineOf({ engine, fleet, host }: FleetSettings, storage: string): Promise<Engine> {
  if (engine.kind === 'embedded')
    return new EmbeddedEngine(openHub(join(storage, 'engine.json'), join(storage, 'blobs')))
  // It is loaded only where there is a fleet of several hosts.
  const { NatsEngine } = await import('./nats/engine.ts')
  return new NatsEngine({ ...engine, fleet, host, makes: !engine.credential })
}

/** What an engine within this host had, of a fleet that has moved away or ended, is gone. */
export async function forgetEmbedded(storage: string): Promise<void> {
  await rm(join(storage, 'engine.json'), { force: true })
  await rm(join(storage, 'blobs'), { recursive: true, force: true })
}

/** What an attempt says that got no answer, and how often to look whether the next one does. */
const tooLate = 'timeout'
const lookMs = 100

/** @throws {Error} `fleet_unavailable` if the engine is not there in time, or at once if its first attempt has failed by anything but its time */
export async function reached(engine: Pick<Engine, 'open' | 'isUp' | 'problem'>, mostMs: number): Promise<void> {
  const giveUpAtMs = performance.now() + mostMs
  const time = Promise.withResolvers<void>()
  const timer = setTimeout(time.resolve, mostMs)
  await Promise.race([engine.open(), time.promise]).finally(() => clearTimeout(timer))
  // Whoever answers too late may have much else to do just then, and is asked again.
  while (!engine.isUp && engine.problem === tooLate && performance.now() < giveUpAtMs) await delay(lookMs)
  checkUp(engine)
}

/** @throws {Error} `fleet_unavailable` if the engine is not there */
export function checkUp(engine: Pick<Engine, 'isUp' | 'problem'>): void {
  if (engine.isUp) return
  throw fleetError(
    'fleet_unavailable',
    `Cannot reach the engine: ${engine.problem}`,
    'Look whether its addresses are right, whether it has JetStream, and whether most of its servers are up',
  )
}

/** Makes sure that the engine has this fleet. @throws {Error} if it has another one, or none; `fleet_unavailable` or `outcome_unknown` if that is not known */
export async function checkFleet(engine: Engine, { id, isNew }: { id: string; isNew: boolean }): Promise<void> {
  const found = await engine.state.get('fleet')
  if (!found.ok) throw unavailable(found)
  const record = found.value && readRecord('fleet', found.value.value)
  if (record && record.id !== id) throw new Error(`The engine has the fleet ${record.id}, and not ${id}`)
  if (record) return
  if (!isNew) throw new Error(`The engine has no fleet ${id}: it was made anew, or it is another one`)
  const made = await engine.state.put(
    'fleet',
    writeRecord('fleet', { v: recordVersion, id, atMs: Date.now() }),
    'absent',
  )
  if (!made.ok) throw made.why === 'conflict' ? new Error(made.message) : unavailable(made)
}
