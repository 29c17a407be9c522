// Checks what a host answers: its client must not trip over what makes no sense, be it from another version, from
// another program, or a lie.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodName } from '../../protocol/methods.ts'
import { results } from '../../protocol/results.ts'
import { hostEvent } from '../../protocol/results-host.ts'
import { podChange } from '../../protocol/results-pod.ts'
import { misfit, type Shape } from '../../protocol/shape.ts'

/** Who has answered, and what. */
export type Answered = { method: MethodName; address: string }

/** The result itself. @throws {P8aError} `bad_answer` */
export function checkedResult(result: unknown, { method, address }: Answered): unknown {
  const why = misfit(results[method](), result)
  if (why !== undefined) throw badAnswer(method, address, why)
  return result
}

/** A value that came before the result. @throws {P8aError} `bad_answer` */
export function checkedValue(value: unknown, { method, address }: Answered): unknown {
  const why = misfitOfValue(method, value)
  if (why !== undefined) throw badAnswer(method, address, why)
  return value
}

function misfitOfValue(method: MethodName, value: unknown): string | undefined {
  if (method === 'pod.output') return value instanceof Uint8Array ? undefined : 'its output must be bytes'
  if (method === 'pod.command') return isSaid(value) ? undefined : 'a command must send or ask'
  if (method === 'pod.logs') {
    return Array.isArray(value) && value.every(isEntry) ? undefined : 'log lines must have a time and a text'
  }
  if (method === 'pod.push') return isTexts(value) ? undefined : 'the lines of a build must be texts'
  if (method === 'events.follow') return listMisfit(value, hostEvent(), 'events must be a list')
  if (method === 'host.watch') return listMisfit(value, podChange(), 'changes must be a list')
  return undefined
}

function listMisfit(value: unknown, shape: Shape, otherwise: string): string | undefined {
  if (!Array.isArray(value)) return otherwise
  return value.map(each => misfit(shape, each)).find(why => why !== undefined)
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(text => typeof text === 'string')
}

/** By hand: there may be millions of them. */
function isEntry(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false
  const { time, text, tags, pod, run } = entry as Record<string, unknown>
  const isPlain = typeof time === 'string' && typeof text === 'string' && Array.isArray(tags)
  return isPlain && isTextOrNone(pod) && isTextOrNone(run)
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isSaid(said: unknown): boolean {
  if (typeof said !== 'object' || said === null) return false
  const { send, recv } = said as Record<string, unknown>
  return typeof send === 'string' || typeof recv === 'string'
}

function badAnswer(method: MethodName, address: string, why: string): P8aError {
  return new P8aError('bad_answer', `Cannot understand what the host at ${address} answers to ${method}: ${why}`, {
    hint: 'It may be of another version, or not a p8a host: check the address',
    facts: { method, address },
  })
}
