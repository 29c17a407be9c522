// Verbs of other hosts of the fleet, over the bus. A request that nobody got is told apart from one whose outcome is not known.
import type { P8a } from 'p8a'
import type { BusPort, Closable } from '../port/ports.ts'
import { busFailure } from './errors.ts'

/** The first byte of each message: which form it has. */
const form = 1

type Asked = { method: string; params: object; timeoutMs: number }
type Answered = { value: unknown } | { error: { message: string; code?: string; hint?: string; facts?: object } }

const pack = (value: object): Uint8Array => Buffer.concat([Buffer.from([form]), Buffer.from(JSON.stringify(value))])

function unpack<T>(frame: Uint8Array): T {
  if (frame[0] !== form) throw new Error(`A message of the form ${frame[0]} cannot be read: upgrade this host`)
  return JSON.parse(Buffer.from(frame.subarray(1)).toString()) as T
}

const subjectOf = (host: string) => `host.${host}.do`

/** Which verbs a host does for others. */
const methods = ['pod.call', 'pod.list', 'pod.status', 'pod.runs', 'pod.logs', 'pod.versions']

/** Answers other hosts: what they may ask is about the pods of the fleet that are here. */
export function answer(
  bus: BusPort,
  { verbs, host, path }: { verbs: P8a['verbs']; host: string; path: string },
): Closable {
  return bus.serve(subjectOf(host), async frame => {
    try {
      const { method, params, timeoutMs } = unpack<Asked>(frame)
      if (!methods.includes(method))
        throw Object.assign(new Error(`A host does no ${method} for others`), { code: 'unsupported' })
      const signal = AbortSignal.timeout(timeoutMs)
      if (method === 'pod.logs') {
        const lines: unknown[] = []
        for await (const line of verbs.logs({ ...params, follow: false, path, signal })) lines.push(line)
        return pack({ value: lines } satisfies Answered)
      }
      const value = await verbs.ask(method as 'pod.status', { ...params, path } as never, { signal })
      return pack({ value } satisfies Answered)
    } catch (error) {
      const { message, code, hint, facts } = error as Error & { code?: string; hint?: string; facts?: object }
      const told = { message, ...(code && { code }), ...(hint && { hint }), ...(facts && { facts }) }
      return pack({ error: told } satisfies Answered)
    }
  })
}

/** @throws what the host throws; `fleet_unavailable` if it did not get it, `outcome_unknown` if it may have */
export async function ask<T>(
  bus: BusPort,
  host: string,
  { signal, ...asked }: Asked & { signal?: AbortSignal },
): Promise<T> {
  const told = await bus
    .request(subjectOf(host), pack(asked), { timeoutMs: asked.timeoutMs, signal })
    .catch(error => Promise.reject(busFailure(error, host)))
  const answered = unpack<Answered>(told)
  if ('value' in answered) return answered.value as T
  throw Object.assign(new Error(answered.error.message), answered.error)
}
