// How many items the queue of each host may have, where quotas bound the items of a path: what is left of a quota is divided among the
// queues within it. Each is told, and finds it in a file at its next start.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isWithin, queueName } from '../../protocol/names.ts'
import type { Bounded, Quotas } from '../bounds/quotas.ts'
import { writeState } from '../store/state-file.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Place } from '../tree/place.ts'
import { findCallee } from './callee.ts'
import { findQueue } from './find-queue.ts'

/** As a queue has it, in `pods/queue/room.ts`. */
export type Share = { path: string; items: number; room: number }

/** `open`: how many of its items have not ended. `over`: the quotas that hold for it. */
type Counted = { open: number; over: readonly Bounded[] }

type Found = Pick<Hosts, 'root' | 'all'>

/** A queue is waited for no longer: what it is not told, it finds in its file. */
const answerMs = 2000

/** How many items each queue had when it was asked last: one that is not up has them still. */
const known = new WeakMap<Place['pods'], number>()

/** Tells every queue what it may have now. @throws {P8aError} `no_space`, `save_failed` */
export async function shareItems(hosts: Found): Promise<void> {
  const places = placesWithin(hosts).filter(findQueue)
  const counted = await Promise.all(
    places.map(async place => ({ open: await openAt(place), over: place.tenants.quotas.over(place.path) })),
  )
  const shares = sharesOf(counted)
  await Promise.all(places.map(async (place, at) => await tell(place, shares[at])))
}

/** Divides anew what is left, now and then, while several queues have one quota: one may need what others do not. */
export function keepSharing(hosts: Found, { quotas, everyMs }: { quotas: Quotas; everyMs: number }): () => void {
  const isShared = ([path, { items }]: readonly [string, { items?: number | undefined }]) =>
    items !== undefined && placesWithin(hosts, path).filter(findQueue).length > 1
  const look = async () => {
    if ([...quotas.all].some(isShared)) await shareItems(hosts)
  }
  let timer: NodeJS.Timeout | undefined
  const arm = () => {
    clearInterval(timer)
    const isDue = [...quotas.all.values()].some(({ items }) => items !== undefined)
    // What fails now is tried again.
    timer = isDue ? setInterval(() => void look().catch(() => {}), everyMs).unref() : undefined
  }
  arm()
  const unwatch = quotas.watch(arm)
  return () => {
    unwatch()
    clearInterval(timer)
  }
}

/** How many items at a path and within have not ended. */
export async function itemsWithin(hosts: Found, path: string): Promise<number> {
  const counts = await Promise.all(placesWithin(hosts, path).filter(findQueue).map(openAt))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** What each queue may have; undefined where nothing bounds it. */
export function sharesOf(queues: readonly Counted[]): (Share | undefined)[] {
  return queues.map(({ open, over }) => {
    const shares = over.flatMap(({ path, bounds: { items } }) => {
      if (items === undefined) return []
      const all = queues.filter(queue => queue.over.some(bounded => bounded.path === path))
      const free = items - all.reduce((sum, queue) => sum + queue.open, 0)
      return [{ path, items, room: Math.max(0, open + Math.floor(free / all.length)) }]
    })
    return shares.sort((a, b) => a.room - b.room)[0]
  })
}

function placesWithin(hosts: Found, path = ''): Place[] {
  return [hosts.root, ...hosts.all()].filter(place => isWithin(path, place.path))
}

/** A pod that only calls itself a queue takes nothing from others by what it says. */
async function openAt(place: Place): Promise<number> {
  const said = await ask(place, 'open', [])
  const most = place.tenants.quotas.over(place.path).map(({ bounds }) => bounds.items ?? Number.POSITIVE_INFINITY)
  if (typeof said === 'number') known.set(place.pods, Math.max(0, Math.min(said, ...most)))
  return known.get(place.pods) ?? 0
}

async function tell(place: Place, share: Share | undefined): Promise<void> {
  const { storage } = place.seams.paths.pod(queueName)
  const file = join(storage, 'quota.json')
  if (share) {
    await mkdir(storage, { recursive: true })
    await writeState(file, share, { durable: false })
  } else await rm(file, { force: true })
  await ask(place, 'allow', [share ?? null])
}

/** Undefined where it does not answer. */
async function ask(place: Place, fn: string, args: unknown[]): Promise<unknown> {
  if (findQueue(place)?.state !== 'up') return undefined
  try {
    const { peer } = findCallee(place, queueName)
    return await peer.request('call', { fn, args }, { timeoutMs: answerMs })
  } catch {
    // It ends, or is about to: its next run reads the file.
    return undefined
  }
}
