// `host.json`: who this host is, and its settings. Made at the first start; people edit the settings.
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import { defaultSettings, type Settings, settingsSchema } from '../../protocol/settings.ts'
import { parseState, readStateText, writeState } from '../store/state-file.ts'

const hostSchema = v.strictObject({ v: v.literal(1), id: v.string(), settings: v.optional(settingsSchema, {}) })

/** @throws {P8aError} `bad_settings`, naming the file and what is wrong in it */
export async function loadHostFile(file: string): Promise<{ id: string; settings: Settings }> {
  const text = await readStateText(file, { mayBeLink: true })
  if (text === undefined) {
    const made = { v: 1, id: randomUUID(), settings: {} } as const
    await writeState(file, made, { durable: true })
    return { id: made.id, settings: defaultSettings }
  }
  try {
    const { id, settings } = parseState(file, text, hostSchema)
    return { id, settings }
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    throw new P8aError('bad_settings', error.message, {
      hint: 'Repair the file; docs/FILES.md lists the settings',
      facts: { file },
    })
  }
}
