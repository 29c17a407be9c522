// Asks other hosts of the fleet, over the bus. A request that nobody got is told apart from one whose outcome is not known. An answer comes in
// parts, each of which is asked for: so it may be as long as it likes, and a host holds little of it.
import { randomBytes } from 'node:crypto'
import { BusError, type BusPort } from '../port/ports.ts'
import { type Answer, wholeOf } from '../stream/answer.ts'
import { piecesOf } from '../stream/inlet.ts'
import type { Chunk } from '../stream/outlet.ts'
import type { Piece } from '../stream/pieces.ts'
import { whenOver } from '../stream/when-over.ts'
import { busFailure, fleetError } from './errors.ts'
import { type Asked, doSubject, leaveSubject, type OldCallAnswer, pack, readAnswer } from './messages.ts'

/** How much longer than the method itself an answer may take. */
const slackMs = 2000
/** For how long a part is asked for again that does not come: as long as a connection takes to come back, and a little more. */
const patienceMs = 15_000
const againMs = 250
const partMs = 10_000

export type AskOptions = Omit<Asked, 'id'> & { signal?: AbortSignal | undefined }

/** @throws what the host throws; `fleet_unavailable` if it did not get it, `outcome_unknown` if it may have */
export async function ask<T>(bus: BusPort, host: string, asked: AskOptions): Promise<T> {
  return (await wholeOf(await open(bus, host, asked))) as T
}

/**
 * As {@link ask}, where several values may come. They are taken from the host as they are taken here; if it is lost meanwhile, whoever takes
 * them gets `outcome_unknown`.
 */
export async function open(bus: BusPort, host: string, { signal, ...asked }: AskOptions): Promise<Answer> {
  const id = randomBytes(12).toString('hex')
  const leave = () => bus.publish(leaveSubject(host), pack({ id }))
  const first = await bus
    .request(doSubject(host), pack({ ...asked, id }), { timeoutMs: asked.timeoutMs + slackMs, signal })
    .catch(error => {
      if (signal?.aborted || (error instanceof BusError && error.why === 'unknown')) leave()
      throw busFailure(error, host)
    })
  const answered = readAnswer(first)
  if ('error' in answered) throw Object.assign(new Error(answered.error.message), answered.error)
  if ('value' in answered)
    return { value: asked.method === 'pod.call' ? (answered.value as OldCallAnswer).value : answered.value }
  const more = async (from: number, most: number | undefined) =>
    await part(bus, { host, signal, of: { id, from, ...(most !== undefined && { most }) } })
  const pieces = piecesOf({ first: answered, more, leave })
  const opening = await pieces.next()
  if (opening.done) throw new Error(`Host "${host}" answered nothing`)
  if (opening.value.t === 'stream') return { values: whenOver(valuesOf(pieces), () => void pieces.return()) }
  return { value: await onlyOf(opening.value, pieces) }
}

async function onlyOf(piece: Piece, pieces: AsyncGenerator<Piece>): Promise<unknown> {
  await pieces.return(undefined)
  if (piece.t === 'end') return piece.value
  throw errorOf(piece)
}

async function* valuesOf(pieces: AsyncGenerator<Piece>): AsyncGenerator<unknown> {
  for await (const piece of pieces) {
    if (piece.t === 'value') yield piece.value
    if (piece.t === 'error') throw errorOf(piece)
  }
}

const errorOf = (piece: Piece): Error =>
  piece.t === 'error'
    ? Object.assign(new Error(piece.error.message), piece.error)
    : new Error(`A piece came that was not expected: ${piece.t}`)

type Part = { host: string; signal: AbortSignal | undefined; of: { id: string; from: number; most?: number } }

/** Asks for a part until it comes: it is there as long as it was not taken. */
async function part(bus: BusPort, { host, signal, of }: Part): Promise<Chunk> {
  const frame = pack({ method: 'stream.more', params: of, timeoutMs: partMs })
  const untilMs = performance.now() + patienceMs
  for (;;) {
    try {
      const answered = readAnswer(await bus.request(doSubject(host), frame, { timeoutMs: partMs, signal }))
      if ('bytes' in answered) return answered
      throw lost(host, 'error' in answered ? answered.error.message : 'it answered something else')
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      const isPassing = error.why === 'unknown' || error.why === 'not_delivered'
      if (!isPassing || performance.now() > untilMs) throw lost(host, error.message)
    }
    await new Promise(resolve => setTimeout(resolve, againMs))
    signal?.throwIfAborted()
  }
}

const lost = (host: string, why: string): Error =>
  fleetError(
    'outcome_unknown',
    `Host "${host}" was lost in the middle of its answer: ${why}`,
    'Ask again only what may be done twice',
  )
