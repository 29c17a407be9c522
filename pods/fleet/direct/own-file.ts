// By which key, and where, other hosts know this one, in a file of this host alone: the fleet pod after this one is known to them by the same.
import * as v from 'valibot'
import { readIfThere, writeWhole } from '../../whole-file.ts'
import { type DirectKey, readDirectKey, writeDirectKey } from './secret.ts'

const ownSchema = v.object({ v: v.literal(1), key: v.string(), host: v.string(), port: v.number() })

/** `host`, `port`: where it listened last. */
export type OwnDirect = { key: DirectKey; host: string; port: number }

/** @returns undefined where there is none, or what says nothing: then it is known by another key from now on */
export async function readOwn(file: string): Promise<OwnDirect | undefined> {
  try {
    const text = await readIfThere(file)
    if (text === undefined) return undefined
    const { key, host, port } = v.parse(ownSchema, JSON.parse(text))
    return { key: readDirectKey(key), host, port }
  } catch {
    return undefined
  }
}

/** @throws the system's error */
export async function writeOwn(file: string, { key, host, port }: OwnDirect): Promise<void> {
  await writeWhole(file, `${JSON.stringify({ v: 1, key: writeDirectKey(key), host, port })}\n`)
}
