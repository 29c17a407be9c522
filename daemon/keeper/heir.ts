// The process that a keeper has beside it, which becomes the next one if it is killed.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { type GuardNote, guardNote } from '../../protocol/keeper.ts'
import type { Identity } from '../system/process.ts'

const one = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), startTime: v.string() })
const schema = v.pipe(v.string(), v.parseJson(), v.object({ keeper: one, guard: one }))

/** @param keepers where keepers have their directories. @returns undefined where there is none, or nothing can be known of it */
export async function heirOf({ pid, startTime }: Identity, keepers: string): Promise<Identity | undefined> {
  const names = await readdir(keepers).catch(() => [])
  for (const name of names) {
    const note = await guardNoteIn(join(keepers, name))
    if (note?.keeper.pid === pid && note.keeper.startTime === startTime) return note.guard
  }
  return undefined
}

/** @returns undefined where there is none that can be read */
export async function guardNoteIn(dir: string): Promise<GuardNote | undefined> {
  const text = await readFile(join(dir, guardNote), 'utf8').catch(() => '')
  const { success, output } = v.safeParse(schema, text)
  return success ? output : undefined
}
