// What pods tell of their work for the metrics: the queue of each host, the gateways and the fleets. They are asked when metrics are, for a short
// while; one that does not answer is left out.
import * as v from 'valibot'
import { itemStates } from '../../protocol/methods/queue.ts'
import { isName, isWithin, queueName } from '../../protocol/names.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import type { Verbs } from './by-path.ts'

const amount = v.pipe(v.number(), v.finite(), v.minValue(0))

/** What a gateway counted of the requests to a pod, as `pods/gateway` tells it. */
const requestsSchema = v.object({
  statuses: v.record(v.pipe(v.string(), v.regex(/^[1-5]xx$/)), amount),
  open: amount,
  sockets: amount,
  waiting: amount,
  p50Ms: v.optional(amount),
  p99Ms: v.optional(amount),
  wakes: v.optional(v.object({ up: amount, failed: amount })),
  wakeMs: v.optional(amount),
})

/** What is read of a queue, as `pods/queue` tells it. */
const queueSchema = v.object({
  name: v.pipe(v.string(), v.check(isName)),
  counts: v.record(v.picklist(itemStates), amount),
  isPaused: v.boolean(),
  oldestMs: v.optional(amount),
})

/** How a fleet is, as `pods/fleet` tells it. */
const fleetSchema = v.object({
  isUp: v.boolean(),
  isWell: v.boolean(),
  hosts: v.object({ active: amount, cordoned: amount, draining: amount, gone: amount }),
  pods: amount,
  /** Of pods, in each state; one of an earlier version does not tell it. */
  states: v.optional(v.record(v.picklist(['idle', 'waiting', 'up', 'error']), amount)),
  runs: amount,
})

export type Requests = v.InferOutput<typeof requestsSchema>

export type Work = {
  queues: { path: string; queue: v.InferOutput<typeof queueSchema> }[]
  gateways: { path: string; name: string; pods: [pod: string, requests: Requests][] }[]
  fleets: { path: string; name: string; fleet: v.InferOutput<typeof fleetSchema> }[]
}

type Needs = { hosts: Pick<Hosts, 'root' | 'all'>; verbs: Pick<Verbs, 'do'> }

/** A scrape has ten seconds, and others wait for it. */
const patienceMs = 1000
/** Functions that a gateway exports, and hardly another pod. */
const gatewayExports = ['routes', 'stats', 'reread']
const fleetExports = ['fleetFigures']
const by = { name: 'metrics', role: 'admin', path: '' } as const

/** @param path that of a host; those within it too */
export async function workOf(path: string, { hosts, verbs }: Needs): Promise<Work> {
  const places = [hosts.root, ...hosts.all()].filter(each => isWithin(path, each.path))
  const [queues, gateways, fleets] = await Promise.all([
    Promise.all(places.map(async place => await queuesAt(place, verbs))),
    Promise.all(places.flatMap(place => gatewaysAt(place, verbs, isAny))),
    Promise.all(places.flatMap(place => fleetsAt(place, verbs))),
  ])
  return { queues: queues.flat(), gateways: gateways.flat(), fleets: fleets.flat() }
}

/** What all gateways tell, but for those that would never sleep if they were asked again and again. */
export async function wakefulGateways({ hosts, verbs }: Needs): Promise<Work['gateways']> {
  const isWakeful = ({ inForce }: PodSupervisor) => inForce?.policy.sleepMs === 0
  const places = [hosts.root, ...hosts.all()]
  return (await Promise.all(places.flatMap(place => gatewaysAt(place, verbs, isWakeful)))).flat()
}

const isAny = () => true

async function queuesAt({ path, pods }: Place, verbs: Needs['verbs']): Promise<Work['queues']> {
  // One that is not up would be started.
  if (pods.find(queueName)?.supervisor.state !== 'up') return []
  const signal = AbortSignal.timeout(patienceMs)
  const asked = verbs.do('queue.list', { path, hops: 0 }, { signal, by })
  const { queues } = (await inTime(asked)) ?? {}
  if (!Array.isArray(queues)) return []
  return queues.flatMap(queue => {
    const { success, output } = v.safeParse(queueSchema, queue)
    return success ? [{ path, queue: output }] : []
  })
}

function gatewaysAt(
  { path, pods }: Place,
  verbs: Needs['verbs'],
  isMeant: (supervisor: PodSupervisor) => boolean,
): Promise<Work['gateways']>[] {
  return upWith(pods, gatewayExports)
    .filter(isMeant)
    .map(async ({ name }) => await statsOf({ path, name }, verbs))
}

function fleetsAt({ path, pods }: Place, verbs: Needs['verbs']): Promise<Work['fleets']>[] {
  return upWith(pods, fleetExports).map(async ({ name }) => {
    const { success, output } = v.safeParse(fleetSchema, await returned({ path, name, fn: 'fleetFigures' }, verbs))
    return success ? [{ path, name, fleet: output }] : []
  })
}

/** Those that are up and export these. */
function upWith(pods: Place['pods'], names: readonly string[]): PodSupervisor[] {
  return pods
    .all()
    .map(({ supervisor }) => supervisor)
    .filter(({ inForce }) => names.every(each => inForce?.image.exports?.includes(each)))
    .filter(({ state }) => state === 'up')
}

async function statsOf(
  { path, name }: { path: string; name: string },
  verbs: Needs['verbs'],
): Promise<Work['gateways']> {
  const { pods } = ((await returned({ path, name, fn: 'stats' }, verbs)) ?? {}) as { pods?: unknown }
  if (typeof pods !== 'object' || pods === null) return []
  // Any pod may export such functions, and a number that is none would end the metrics of the whole host.
  const known = Object.entries(pods).flatMap(([pod, requests]): [string, Requests][] => {
    const { success, output } = v.safeParse(requestsSchema, requests)
    return success && isFullName(pod) ? [[pod, output]] : []
  })
  return [{ path, name, pods: known }]
}

/** What a function of a pod returns; undefined if it does not in time. */
async function returned(of: { path: string; name: string; fn: string }, verbs: Needs['verbs']): Promise<unknown> {
  const asked = { ...of, hops: 0, args: [], timeoutMs: patienceMs }
  return (await inTime(verbs.do('pod.call', asked, { signal: AbortSignal.timeout(patienceMs), by })))?.value
}

/** What comes of it in time; undefined where that is nothing. */
async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const late = setTimeout(() => resolve(undefined), patienceMs)
  return await Promise.race([work.catch(() => undefined), promise]).finally(() => clearTimeout(late))
}

function isFullName(full: string): boolean {
  return full === '-' || full.split('.').every(isName)
}
