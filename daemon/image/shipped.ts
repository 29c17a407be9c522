// What is known of the pods that ship with p8a: they are read as they are built, and a push of one waits for no parser.
import { readFile } from 'node:fs/promises'
import { shippedFile } from '../system/programs.ts'
import type { Inspected } from './inspect.ts'
import { hashOf } from './store.ts'

/** By the hash of the code of each. */
export type Shipped = Record<string, Inspected>

/** What was read of this code as it was built; undefined for any other. The file is small, and seldom read. */
export async function readWhenBuilt(code: string): Promise<Inspected | undefined> {
  const text = await readFile(shippedFile(), 'utf8').catch(() => '{}')
  return (JSON.parse(text) as Shipped)[hashOf(code)]
}
