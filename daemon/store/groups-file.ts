// `groups.json`: the groups of a host's pods. Only the host writes it.
import * as v from 'valibot'
import { type Group, groupSchema } from '../../protocol/group.ts'
import { keyedSchema } from '../../protocol/keyed.ts'
import type { DataPaths } from '../system/paths.ts'
import { parseState, readStateText, writeState } from './state-file.ts'

const schema = v.object({ v: v.literal(1), groups: keyedSchema(groupSchema) })

/** By name; none if there is no file. @throws {P8aError} `state_broken` */
export async function readGroups({ groups: file }: Pick<DataPaths, 'groups'>): Promise<Map<string, Group>> {
  const text = await readStateText(file)
  return new Map(text === undefined ? [] : Object.entries(parseState(file, text, schema).groups))
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeGroups(
  { groups: file }: Pick<DataPaths, 'groups'>,
  groups: ReadonlyMap<string, Group>,
): Promise<void> {
  await writeState(file, { v: 1, groups: Object.fromEntries(groups) }, { durable: true })
}
