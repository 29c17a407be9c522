// `events.list` and `events.follow` of a host whose pod tells what happened: events as a list, or as a stream that may go on.
import { once } from 'node:events'
import * as v from 'valibot'
import { wideWindow } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { eventNames, type HostEvent } from '../../../protocol/events.ts'
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import type { Caller } from '../verb.ts'
import { badAnswer } from './answers.ts'
import type { Handling } from './handling.ts'

const eventsSchema = v.array(
  v.looseObject({ number: v.number(), at: v.string(), type: v.picklist(eventNames), path: v.string() }),
)

/** @throws {P8aError} `bad_answer`, and what the handler throws */
export async function handledEvents(
  host: Handling,
  { path: _, limit, waitMs = 0, ...query }: MethodParams<'events.list'>,
  { signal }: Caller<'events.list'>,
): Promise<MethodResults['events.list']> {
  const { handler } = host.namespace
  const asked = host.asked({ ...query, limit, follow: false })
  const answer = await handler.open('events', [asked], { signal, takes: wideWindow })
  const all: HostEvent[] = 'value' in answer ? eventsAnswer(host.path, answer.value) : []
  let first = all[0]?.number
  // A stream may go on for ever: no more of it is kept than is answered.
  if ('stream' in answer)
    for await (const event of answer.stream) {
      all.push(...eventsAnswer(host.path, [event]))
      first ??= all[0]?.number
      if (query.after !== undefined && all.length === limit) break
      if (all.length > limit) all.shift()
    }
  if (all.length === 0 && waitMs > 0 && query.after !== undefined) {
    all.push(...(await nextEvents(host, host.asked({ ...query, follow: true }), { waitMs, signal })))
    first = all[0]?.number
  }
  const events = query.after === undefined ? all.slice(-limit) : all.slice(0, limit)
  return { events, at: events.at(-1)?.number ?? query.after ?? 0, first: first ?? query.after ?? 0 }
}

/** The next that come within that time, at least one; none where it is over. */
async function nextEvents(
  host: Handling,
  asked: object,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<HostEvent[]> {
  const over = AbortSignal.timeout(waitMs)
  const either = AbortSignal.any([signal, over])
  try {
    const answer = await host.namespace.handler.open('events', [asked], { signal: either, takes: wideWindow })
    if ('stream' in answer)
      for await (const event of answer.stream) return eventsAnswer(host.path, [event, ...answer.stream.takeWaiting()])
    // A handler that tells what there is, and no more: it is asked again only once the time is over.
    if (!either.aborted) await once(either, 'abort')
    return 'value' in answer ? eventsAnswer(host.path, answer.value) : []
  } catch (error) {
    if (over.aborted) return []
    throw error
  }
}

/** @throws {P8aError} `unsupported` where the transport has no streams, `bad_answer`, and what the handler throws */
export async function handledFollow(
  host: Handling,
  { path: _, ...query }: MethodParams<'events.follow'>,
  { send, signal }: Caller<'events.follow'>,
): Promise<MethodResults['events.follow']> {
  if (!send) throw new P8aError('unsupported', 'Cannot stream over HTTP', { hint: 'Ask for events.list there' })
  const asked = host.asked({ ...query, follow: true })
  const answer = await host.namespace.handler.open('events', [asked], { signal, takes: wideWindow })
  if ('value' in answer) await send(eventsAnswer(host.path, answer.value))
  else
    for await (const event of answer.stream)
      await send(eventsAnswer(host.path, [event, ...answer.stream.takeWaiting()]))
  return {}
}

function eventsAnswer(path: string, answer: unknown): HostEvent[] {
  const said = v.safeParse(eventsSchema, answer)
  if (!said.success) throw badAnswer(path, 'events', answer)
  return said.output as unknown as HostEvent[]
}
