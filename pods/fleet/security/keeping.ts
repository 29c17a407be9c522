// Which of the hosts that have the keys of an engine keeps it: the last that has begun to. One that comes back with what it had learns so from the
// engine, and steps down. What it has been is a file of its own: whoever gets the keys of another one has none.
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { readIfThere, writeWhole } from '../../whole-file.ts'
import type { EngineRecord } from '../records.ts'

/** As the engine has it. */
export type Hold = NonNullable<EngineRecord['keeper']>

export type Standing =
  | { is: 'holding'; epoch: number }
  | { is: 'claiming'; epoch: number }
  | { is: 'deposed'; by: string }

/**
 * @param known.written who keeps the engine, as it has it; `id` of this host; `epoch` in which this host has kept it last, or was about to, if it has
 */
export function standingOf({
  written,
  id,
  epoch = Number.POSITIVE_INFINITY,
}: {
  written: Hold | undefined
  id: string
  epoch?: number | undefined
}): Standing {
  if (!written) return { is: 'claiming', epoch: 1 }
  if (written.id === id) return { is: 'holding', epoch: written.epoch }
  return epoch > written.epoch ? { is: 'claiming', epoch: written.epoch + 1 } : { is: 'deposed', by: written.host }
}

/** `by`: the host for which this one has stepped down. */
const fileSchema = v.object({
  v: v.literal(1),
  fleet: v.string(),
  epoch: v.optional(v.number()),
  by: v.optional(v.string()),
})

const fileOf = (storage: string): string => join(storage, 'keeping.json')

/** @returns nothing of another fleet */
export async function readKeeping(storage: string, fleet: string): Promise<{ epoch?: number; by?: string }> {
  const text = await readIfThere(fileOf(storage))
  if (text === undefined) return {}
  const { epoch, by, fleet: of } = v.parse(fileSchema, JSON.parse(text))
  if (of !== fleet) return {}
  return { ...(epoch !== undefined && { epoch }), ...(by !== undefined && { by }) }
}

export async function writeKeeping(
  storage: string,
  kept: { fleet: string; epoch?: number; by?: string } | undefined,
): Promise<void> {
  if (kept) await writeWhole(fileOf(storage), `${JSON.stringify({ v: 1, ...kept })}\n`)
  else await rm(fileOf(storage), { force: true })
}

/** Nothing is left of it, also where this host has stepped down. */
export async function forgetKeeping(storage: string): Promise<void> {
  await writeKeeping(storage, undefined)
  await rm(join(storage, 'keys.json.old'), { force: true })
}

/** The next process keeps nothing either; the keys stay for whoever needs them. They go first: with them, and no epoch, it would keep the engine anew. */
export async function stepDown(storage: string, { fleet, by }: { fleet: string; by: string }): Promise<void> {
  await rename(join(storage, 'keys.json'), join(storage, 'keys.json.old'))
  await writeKeeping(storage, { fleet, by })
}
