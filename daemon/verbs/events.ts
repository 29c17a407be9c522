// `events.list` and `events.follow`: what happened on a host, and then what happens.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Journal } from '../events/journal.ts'
import { behind, newest, next, type Page, type Wanted } from '../events/reading.ts'
import type { Pods } from '../tree/pods.ts'
import type { Caller, Site } from './verb.ts'

type Asked = MethodParams<'events.follow'>

/**
 * `at`: the number behind which to go on. `first`: the number of the oldest event that is kept.
 * @throws {P8aError} `pod_not_found` where there is no such pod, and nothing is kept that happened to one
 */
export async function listEvents(
  { daemon: { journal }, pods }: Site,
  { limit, waitMs = 0, ...asked }: MethodParams<'events.list'>,
  { by, signal }: Caller<'events.list'>,
): Promise<MethodResults['events.list']> {
  const wanted = wantedBy(asked, by)
  const { first } = journal
  await checkPod(journal, pods, wanted)
  if (asked.after === undefined) return { ...(await newest(journal, limit, wanted)), first }
  let { events, at } = await behind(journal, asked.after, limit, wanted)
  while (events.length < limit && at < journal.last) {
    const more = await behind(journal, at, limit - events.length, wanted)
    events = [...events, ...more.events]
    at = more.at
  }
  if (events.length === 0 && waitMs > 0) {
    const page = await next(journal, at, wanted, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]))
    return { events: page.events.slice(0, limit), at: atOf(page, limit), first }
  }
  return { events, at, first }
}

/** A pod that is not there is meant as long as anything is kept that happened to it. @throws {P8aError} `pod_not_found` */
async function checkPod(journal: Journal, pods: Pods, { path, name, role }: Wanted): Promise<void> {
  if (name === undefined || pods.find(name)) return
  const { events } = await newest(journal, 1, { path, name, role })
  if (events.length === 0) pods.get(name)
}

function atOf({ events, at }: Page, limit: number): number {
  return events.length > limit ? (events[limit - 1]?.number ?? at) : at
}

/**
 * Without a number, and without a time, it begins with what comes.
 * @throws {P8aError} `unsupported` where the transport has no streams
 */
export async function followEvents(
  { daemon: { journal } }: Site,
  asked: Asked,
  { send, signal, by }: Caller<'events.follow'>,
): Promise<MethodResults['events.follow']> {
  if (!send) {
    throw new P8aError('unsupported', 'Cannot stream over HTTP', { hint: 'Ask for GET /events there' })
  }
  const wanted = wantedBy(asked, by)
  let at = asked.after ?? (asked.since === undefined ? journal.last : journal.first - 1)
  for (;;) {
    const page = await next(journal, at, wanted, signal)
    if (page.events.length === 0) return {}
    at = page.at
    // The next ones are read when the client has room for more.
    await send(page.events)
  }
}

function wantedBy({ path, name, types, since }: Asked, { role }: Caller<'events.list'>['by']): Wanted {
  return { path, name, types, since, role }
}
