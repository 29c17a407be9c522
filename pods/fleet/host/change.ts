// Changes what the engine keeps: read, decide, compare and set, again where somebody else was first. An outcome that is not known is looked up.
import type { Engine, Outcome } from '../port/ports.ts'
import { type PodRecord, readRecord, writeRecord } from '../records.ts'
import { unavailable } from './errors.ts'

/** How often somebody else may be first. */
const mostAttempts = 20

/**
 * @param decide gets the record as it is, and says how it is to be; undefined: it is to go; the same record: nothing is to be done
 * @returns the record as it is then
 * @throws {Error} `fleet_unavailable`, or what `decide` throws
 */
export async function changePod(
  { state }: Pick<Engine, 'state'>,
  name: string,
  decide: (record: PodRecord | undefined) => PodRecord | undefined,
): Promise<PodRecord | undefined> {
  const key = `pod.${name}`
  let last: Outcome<unknown> | undefined
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    if (attempt > 0) await new Promise(resolve => setTimeout(resolve, Math.random() * 10 * attempt))
    const found = await state.get(key)
    if (!found.ok) throw unavailable(found)
    const record = found.value && readRecord('pod', found.value.value)
    if (found.value && !record) throw new Error(`The record of pod "${name}" is from a newer p8a: upgrade this host`)
    const next = decide(record)
    if (next === record) return record
    if (next) last = await state.put(key, writeRecord('pod', next), found.value?.rev ?? 'absent')
    else last = await state.del(key, found.value?.rev ?? 'any')
    if (last.ok) return next
    // It may be done: then the next round finds it as it is to be, or decides anew from how it is.
    if (last.why !== 'conflict' && last.why !== 'unknown') throw unavailable(last)
    if (last.why === 'unknown' && next && (await isThere(state, key, writeRecord('pod', next)))) return next
  }
  throw unavailable(last)
}

async function isThere(state: Engine['state'], key: string, bytes: Uint8Array): Promise<boolean> {
  const found = await state.get(key)
  return found.ok && found.value !== undefined && Buffer.from(found.value.value).equals(Buffer.from(bytes))
}
