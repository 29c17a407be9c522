// Reads the times that options name.
import { P8aError } from '../../protocol/errors.ts'
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

/** A moment that is to come. @throws {P8aError} `bad_time` */
export async function readComing(text: string): Promise<string> {
  const { parseComing } = await import('../time/time.ts')
  return await ofPart(parseComing(text, new Date()))
}

/** @throws {P8aError} `bad_time` */
export async function readEnd(text: string): Promise<string> {
  const { parseTime } = await import('../time/time.ts')
  const { until } = await ofPart(parseTime(/^(?:until|before|to)\b/i.test(text) ? text : `until ${text}`, new Date()))
  if (until !== undefined) return until
  const problem = 'it has no end'
  throw new P8aError('bad_time', `Cannot read ${JSON.stringify(text)}: ${problem}`, { facts: { time: text, problem } })
}
