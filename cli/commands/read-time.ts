// Reads the times that options name.
import type { WireSpan } from '../time/time.ts'
import { ofPart } from './part.ts'

/** @throws {P8aError} `bad_time` */
export async function readSpan(text: string): Promise<WireSpan> {
  const { parseTime } = await import('../time/time.ts')
  return await ofPart(parseTime(text, new Date()))
}

/** @throws {P8aError} `bad_time` */
export async function readBeginning(text: string): Promise<string> {
  const { parseSince } = await import('../time/time.ts')
  return await ofPart(parseSince(text, new Date()))
}
