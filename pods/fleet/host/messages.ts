// What hosts of a fleet ask each other, and answer, as bytes. Pure.
import type { Chunk } from '../stream/outlet.ts'
import type { ErrorWords } from '../stream/pieces.ts'

/** The first byte of each message: which form it has. */
const form = { json: 1, part: 2 } as const

/** `id`: the answer may come in parts, which are asked for by it. Hosts of an older version ask for all of it at once. */
export type Asked = { method: string; params: object; timeoutMs: number; id?: string }
export type Answered = { value: unknown } | { error: ErrorWords }

export const doSubject = (host: string): string => `host.${host}.do`
export const leaveSubject = (host: string): string => `host.${host}.leave`

export const pack = (value: object): Uint8Array =>
  Buffer.concat([Buffer.from([form.json]), Buffer.from(JSON.stringify(value))])

export function unpack<T>(frame: Uint8Array): T {
  if (frame[0] !== form.json) throw new Error(`A message of the form ${frame[0]} cannot be read: upgrade this host`)
  return JSON.parse(Buffer.from(frame.subarray(1)).toString()) as T
}

/** Hosts of an older version tell what a call returns within what the verb returns; all other answers are as they are. */
export type OldCallAnswer = { value?: unknown }
export const oldCallAnswer = (value: unknown): OldCallAnswer => ({ value })

/** How many bytes a part has beside its own. */
export const partHeadBytes = 2

export const packPart = ({ bytes, isLast }: Chunk): Uint8Array =>
  Buffer.concat([Buffer.from([form.part, isLast ? 1 : 0]), bytes])

export function readAnswer(frame: Uint8Array): Answered | Chunk {
  if (frame[0] !== form.part) return unpack<Answered>(frame)
  return { bytes: frame.subarray(partHeadBytes), isLast: frame[1] === 1 }
}
