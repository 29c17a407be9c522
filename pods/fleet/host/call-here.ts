// Calls a pod of the fleet that is on this host: from run to run, without the host between.
import type { P8a } from 'p8a'
import type { Answer } from '../stream/answer.ts'
import { wordsOf } from '../stream/outlets.ts'
import type { ErrorWords } from '../stream/pieces.ts'
import { whenOver } from '../stream/when-over.ts'
import { fleetError } from './errors.ts'

/** `timeoutMs`: for the answer, or the beginning of a stream, which then lasts as long as it is taken. */
export type CalledHere = { name: string; fn: string; args: unknown[]; timeoutMs: number; signal: AbortSignal }

/** @param path of the namespace in which the pods are. @throws as {@link P8a.pod} */
export async function callHere(
  p8a: Pick<P8a, 'pod'>,
  path: string,
  { name, fn, args, timeoutMs, signal }: CalledHere,
): Promise<Answer> {
  const make = p8a.pod(`${path}.${name}`, { timeout: timeoutMs, untilFirst: true, signal })[fn]
  if (!make) throw fleetError('function_not_found', `Cannot call "${fn}": a function cannot have that name`)
  const call = make(...args)
  const iterator = call[Symbol.asyncIterator]()
  try {
    const values = fromFirst(await iterator.next(), iterator)
    return { values: whenOver(values, () => iterator.return?.()) }
  } catch {
    // It is no stream, or failed: then this fails too.
    return {
      value: await Promise.resolve(call).catch(error => {
        throw inFleet(error, path)
      }),
    }
  }
}

/** Whoever asks the fleet calls a run by its host and its own name: `a.web.1`, where this process calls it `fleet.a.web.1`. */
function inFleet(error: unknown, path: string): unknown {
  const { run } = (error as { facts?: { run?: string } }).facts ?? {}
  if (!(error instanceof Error) || !run?.startsWith(`${path}.`)) return error
  const words = JSON.stringify(wordsOf(error)).replaceAll(run, run.slice(path.lastIndexOf('.') + 1))
  const { message, ...told } = JSON.parse(words) as ErrorWords
  return Object.assign(new Error(message), told)
}

async function* fromFirst(first: IteratorResult<unknown>, iterator: AsyncIterator<unknown>): AsyncGenerator<unknown> {
  for (let next = first; !next.done; next = await iterator.next()) yield next.value
}
