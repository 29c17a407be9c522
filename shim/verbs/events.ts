// `p8a.events()`: what happens on the host that a pod is on, event by event, through the deaths of the host: it goes on behind the
// last number.
import type { EventOptions } from '../../protocol/author.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import type { HostEvent } from '../../protocol/events.ts'
import type { MethodResults } from '../../protocol/methods.ts'
import { joinPath } from '../../protocol/names.ts'
import { beforeAgain } from './again.ts'
import type { Asking } from './asking.ts'

/**
 * @param base the path of the host that the pod is on
 * @throws {P8aError} what the host answers
 */
export async function* eventsFrom(
  asking: Asking,
  base: string,
  { path = '', after, signal, ...wanted }: EventOptions,
): AsyncGenerator<HostEvent, void, undefined> {
  const asked = { ...wanted, path: joinPath(base, path) }
  let known = after
  for (let tries = 1; !signal?.aborted; tries++) {
    let failure: unknown
    try {
      // Without a number to go on from, what happens while the host is away would be missed.
      known ??= await newest(asking, asked, signal)
      const how = { signal, takes: usualWindow, keeps: false }
      for await (const events of asking.stream('events.follow', { ...asked, after: known }, how)) {
        tries = 0
        for (const event of events as HostEvent[]) {
          known = event.number
          yield event
          if (signal?.aborted) return
        }
      }
    } catch (error) {
      failure = error
    }
    if (!signal?.aborted) await beforeAgain(asking, { error: failure, tries }, signal)
  }
}

async function newest(asking: Asking, asked: { path: string }, signal: AbortSignal | undefined): Promise<number> {
  const { at } = (await asking.ask(
    'events.list',
    { path: asked.path, limit: 1 },
    { signal },
  )) as MethodResults['events.list']
  return at
}
