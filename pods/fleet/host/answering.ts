// Answers other hosts of the fleet: what they may ask is about the pods of the fleet that are here. An answer waits in parts until it is taken.
import type { OwnVerbs, P8a } from 'p8a'
import { inTime } from '../in-time.ts'
import type { BusPort, Closable } from '../port/ports.ts'
import { type Answer, wholeOf } from '../stream/answer.ts'
import { Outlets, wordsOf } from '../stream/outlets.ts'
import { type CalledHere, callHere } from './call-here.ts'
import {
  type Answered,
  type Asked,
  doSubject,
  leaveSubject,
  oldCallAnswer,
  pack,
  packPart,
  partHeadBytes,
  unpack,
} from './messages.ts'
import { pastHere } from './past-here.ts'

/** Which verbs a host does for others. */
const methods = [
  ...[
    'pod.call',
    'pod.wake',
    'pod.sleep',
    'pod.list',
    'pod.status',
    'pod.runs',
    'pod.usage',
    'pod.logs',
    'pod.versions',
    'events.list',
  ],
  ...['queue.add', 'queue.list', 'queue.items', 'queue.item', 'queue.retry', 'queue.drop', 'queue.move'],
  ...['queue.cancel', 'queue.pause', 'queue.resume'],
]

/** How much of an answer waits: few values of a call, each of which may be dear; many lines. */
const limitsOf = (method: string) => ({ mostValues: method === 'pod.call' ? 16 : 256, mostBytes: 512 * 1024 })
const partBytes = 256 * 1024
/** How long an empty part waits for something to come. */
const waitMs = 5000

export type AnsweringOptions = {
  p8a: Pick<P8a, 'verbs' | 'pod'>
  own: Pick<OwnVerbs, 'usage'>
  host: string
  path: string
}

export type Answering = Closable & {
  /** Begins nothing more. @returns once all that was begun is answered, or the time is over */
  drain(mostMs: number): Promise<void>
}

export function answer(bus: BusPort, options: AnsweringOptions): Answering {
  const outlets = new Outlets()
  /** What is to be answered of what was begun: parts of a long answer are no beginning. */
  const begun = new Set<Promise<unknown>>()
  const takes = (most: number) => ({ most: Math.min(most, partBytes, bus.mostBytes - partHeadBytes), waitMs })
  const partOf = async ({ id, from, most = partBytes }: { id: string; from: number; most?: number }) => {
    const outlet = outlets.find(id)
    if (!outlet)
      throw Object.assign(new Error('it has begun anew since, or was not asked for long'), { code: 'aborted' })
    return packPart(await outlet.take(from, takes(most)))
  }
  const firstOf = async ({ method, params, timeoutMs, id }: Asked): Promise<Uint8Array> => {
    const work = async (signal: AbortSignal) => await doHere(options, { method, params, timeoutMs }, signal)
    if (id === undefined) {
      const value = await wholeOf(await work(AbortSignal.timeout(timeoutMs)))
      return pack({ value: method === 'pod.call' ? oldCallAnswer(value) : value } satisfies Answered)
    }
    const outlet = outlets.begin(id, { limits: limitsOf(method), work })
    const first = await outlet.take(0, { ...takes(partBytes), waitMs: timeoutMs + waitMs })
    if (first.isLast) outlets.end(id)
    return packPart(first)
  }
  const serving = bus.serve(doSubject(options.host), async frame => {
    try {
      const asked = unpack<Asked>(frame)
      if (asked.method === 'stream.more') return await partOf(asked.params as Parameters<typeof partOf>[0])
      const answering = firstOf(asked)
      begun.add(answering)
      return await answering.finally(() => begun.delete(answering))
    } catch (error) {
      return pack({ error: wordsOf(error) } satisfies Answered)
    }
  })
  const leaving = bus.subscribe(leaveSubject(options.host), (_, frame) => outlets.end(unpack<{ id: string }>(frame).id))
  return {
    drain: async mostMs => {
      const all = async () => {
        await serving.drain().catch(() => {})
        await Promise.allSettled(begun)
      }
      await inTime(all(), mostMs)
    },
    close: () => {
      serving.close()
      leaving.close()
      outlets.close()
    },
  }
}

async function doHere(
  { p8a, own, path }: AnsweringOptions,
  { method, params, timeoutMs }: Asked,
  signal: AbortSignal,
): Promise<Answer> {
  if (!methods.includes(method))
    throw Object.assign(new Error(`A host does no ${method} for others`), { code: 'unsupported' })
  if (method === 'pod.logs') return { values: p8a.verbs.logs({ ...params, path, signal }) }
  if (method === 'pod.call') return await callHere(p8a, path, { ...(params as CalledHere), timeoutMs, signal })
  const timed = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  if (method === 'pod.usage')
    return { value: await pastHere({ p8a, own, path }, (params as { name?: string }).name, timed) }
  return { value: await p8a.verbs.ask(method as 'pod.status', { ...params, path } as never, { signal: timed }) }
}
