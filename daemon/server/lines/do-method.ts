// Does a method for a known client: checks its rights and params, and writes the outcome into the audit log.
import { access } from '../../../protocol/access.ts'
import { abortedBy } from '../../../protocol/channel/request.ts'
import type { MethodName, MethodParams, MethodResults } from '../../../protocol/methods.ts'
import type { Asker } from '../../../protocol/words.ts'
import type { Verbs } from '../../verbs/by-path.ts'
import { parseParams } from '../../verbs/params.ts'
import type { Room } from '../../verbs/room.ts'
import { isHostVerb } from '../../verbs/table.ts'
import type { HostVerb, ServerMethod } from '../../verbs/verb.ts'
import { type Audit, audited } from '../access/audited.ts'
import { withinSight } from '../access/confine.ts'
import { maskedFor } from '../access/masked.ts'
import { checkRights } from '../access/rights.ts'
import type { AtOnce } from '../at-once.ts'
import type { FairTurns } from '../fair-turns.ts'
import type { ReadRoom } from '../read-room.ts'
import type { Call, Client } from './client.ts'
import type { ServerVerbs } from './server-verbs.ts'

/** What can be asked for. */
export type Methods = {
  verbs: Pick<Verbs, 'do'>
  /** The verbs of the server itself. */
  own: ServerVerbs
  audit: Audit
  readRoom: Pick<ReadRoom, 'during'>
  turns: Pick<FairTurns, 'during' | 'room'>
  /** What each client may have under way. */
  requests: Pick<AtOnce, 'during'>
  streams: Pick<AtOnce, 'during'>
}

/** @throws {P8aError} `forbidden`, `bad_params`, `bad_config`, and what the verb throws */
export async function doMethod(
  methods: Methods,
  { method, params }: { method: MethodName; params: unknown },
  call: Call,
): Promise<unknown> {
  const work = async () =>
    isHostVerb(method)
      ? await doHostVerb(methods, { method, params: parseParams(method, params) }, call)
      : await doServerVerb(methods.own, { method, params }, call)
  const { identity, address } = call.client
  // Only `host.auth` and `host.page.enter` come here without an identity.
  if (!identity) return await work()
  const from = identity.from ?? address
  const answer = await audited(methods.audit, { method, params, identity, from }, async () => {
    checkRights(method, { params, identity })
    const who = nameOf(call.client)
    const brief = isBrief(method, params)
    const inTurn = async () => {
      // Who does not take its answers keeps the turns of nobody else of the same name.
      if (brief) await call.client.taken?.()
      return await methods.turns.during(who, { isBrief: brief }, async () => {
        const { signal } = call.client
        // Nobody is left to read it.
        if (brief && signal.aborted) throw abortedBy(signal)
        return await withinSight(identity, work)
      })
    }
    return await methods.requests.during(who, inTurn)
  })
  return tellsOfPods.has(method) ? maskedFor(identity.role, answer) : answer
}

/** Whether it only reads, and does not wait for what is yet to come. */
function isBrief(method: MethodName, params: unknown): boolean {
  if (access[method].role !== 'read' || isFollowed(method)) return false
  const { stream, waitMs } = Object(params) as { stream?: unknown; waitMs?: unknown }
  return stream !== true && waitMs === undefined
}

/** It tells what comes, and ends when it is given up. */
function isFollowed(method: MethodName): boolean {
  return method === 'host.watch' || method === 'events.follow'
}

/** Their answers have params, variables, arguments and command lines of pods, or the host's own words about them. */
const tellsOfPods: ReadonlySet<MethodName> = new Set([
  'host.watch',
  'events.list',
  'events.follow',
  'pod.status',
  'pod.list',
  'pod.logs',
  'pod.runs',
])

async function doHostVerb<M extends HostVerb>(
  { verbs, readRoom, streams }: Methods,
  { method, params }: { method: M; params: MethodParams<M> },
  { client, channel }: Call,
): Promise<MethodResults[M]> {
  const by = byOf(client)
  const signal = channel ? channel.leaving.signal : client.signal
  const room: Room = async (bytes, work) => {
    // Of a client that does not take what was read for it, nothing more is read.
    await client.taken?.()
    return await readRoom.during(bytes, { who: nameOf(client), signal }, work)
  }
  if (!channel) return await verbs.do(method, params, { signal, by, room })
  const shown = (items: readonly unknown[]) =>
    tellsOfPods.has(method) ? maskedFor(client.identity?.role, items) : items
  const send = channel.takesValues ? async (items: readonly unknown[]) => await channel.send(shown(items)) : undefined
  const work = async () => await unlessLeft(signal, verbs.do(method, params, { signal, by, room, send, channel }))
  return isStream(method, params) ? await streams.during(nameOf(client), work) : await work()
}

/** An unknown client never gets as far as a verb of the host. */
function byOf({ identity }: Client): Asker {
  const { name, role, path } = identity ?? { name: '', role: 'read', path: '' }
  return { name, role, path }
}

function isStream(method: HostVerb, params: object): boolean {
  return isFollowed(method) || ('stream' in params && params.stream === true)
}

/** The name under which a client has its share, whichever way its requests come. */
export function nameOf({ identity }: Pick<Client, 'identity'>): string {
  const { token, pod, name } = identity ?? { name: '' }
  if (token) return `token ${name}`
  return pod === undefined ? name : `pod ${pod}`
}

/** A request that is given up is answered at once. Its work is told by the same signal, and ends when it can. */
async function unlessLeft<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const left = Promise.withResolvers<never>()
  const onLeft = () => left.reject(signal.reason)
  if (signal.aborted) onLeft()
  signal.addEventListener('abort', onLeft, { once: true })
  try {
    return await Promise.race([work, left.promise])
  } finally {
    signal.removeEventListener('abort', onLeft)
  }
}

async function doServerVerb<M extends ServerMethod>(
  own: ServerVerbs,
  { method, params }: { method: M; params: unknown },
  call: Call,
): Promise<MethodResults[M]> {
  return await own[method](parseParams(method, params), call)
}
