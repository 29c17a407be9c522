// What is known of the pods that ship with p8a: they are read as they are built, and a push of one waits for no parser.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { shippedFile } from '../system/programs.ts'
import type { Inspected } from './inspect.ts'

/** By the SHA-256 of the code of each, as hex. */
export type Shipped = Record<string, Inspected>

export function codeHash(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}

/** What was read of this code as it was built; undefined for any other. The file is small, and seldom read. */
export async function readWhenBuilt(code: string): Promise<Inspected | undefined> {
  const text = await readFile(shippedFile(), 'utf8').catch(() => '{}')
  return (JSON.parse(text) as Shipped)[codeHash(code)]
}
