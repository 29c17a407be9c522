// How many items the queue of each host may have, where quotas bound the items of a path: what is left of a quota is divided among the
// queues within it. Each is told, and finds it in a file at its next start.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
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

/** What a queue says of itself. `room`: how many items it may have, as it was told last; null: as many as it likes. */
type Said = { open: number; room: number | null }

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const saidSchema = v.object({ open: count, room: v.nullable(count) })

/** A queue is waited for no longer: what it is not told, it finds in its file. */
const answerMs = 2000

/** What each queue said last: one that is not up has its items still. */
const known = new WeakMap<Place['pods'], Said>()

/** How often shares were made. */
let turns = 0

/**
 * Tells every queue what it may have now. Those that get less are told first, and what one of them has taken meanwhile nobody else
 * gets: so they have never more than a quota together.
 * @throws {P8aError} `no_space`, `save_failed`
 */
export async function shareItems(hosts: Found): Promise<void> {
  await hosts.root.pods.turns.take(turn, async () => {
    const places = placesWithin(hosts).filter(findQueue)
    const said = await Promise.all(places.map(askAt))
    const counted = places.map((place, at) => ({
      open: said[at]?.open ?? 0,
      over: place.tenants.quotas.over(place.path),
    }))
    const shares = sharesOf(counted, turns++)
    const all = places.map((place, at) => ({
      place,
      share: shares[at],
      had: said[at]?.room ?? Number.POSITIVE_INFINITY,
    }))
    const isLess = ({ share, had }: (typeof all)[number]) => (share?.room ?? Number.POSITIVE_INFINITY) < had
    const over = await Promise.all(
      all.filter(isLess).map(async ({ place, share }) => (await tell(place, share)) - (share?.room ?? 0)),
    )
    const taken = over.reduce((sum, more) => sum + Math.max(0, more), 0)
    await Promise.all(
      all
        .filter(one => !isLess(one))
        .map(async ({ place, share, had }) => await tell(place, less(share, { taken, had }))),
    )
  })
}

/** A name of no pod, under which shares are made one after the other. */
const turn = 'shares/'

function less(share: Share | undefined, { taken, had }: { taken: number; had: number }): Share | undefined {
  return share && { ...share, room: Math.max(Math.min(had, share.room), share.room - taken) }
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
  const said = await Promise.all(placesWithin(hosts, path).filter(findQueue).map(askAt))
  return said.reduce((sum, { open }) => sum + open, 0)
}

/** What each queue may have; undefined where nothing bounds it. @param turn whose turn it is to have what cannot be divided */
export function sharesOf(queues: readonly Counted[], turn = 0): (Share | undefined)[] {
  return queues.map(queue => {
    const { open, over } = queue
    const shares = over.flatMap(({ path, bounds: { items } }) => {
      if (items === undefined) return []
      const all = queues.filter(other => other.over.some(bounded => bounded.path === path))
      const free = items - all.reduce((sum, other) => sum + other.open, 0)
      const each = Math.floor(free / all.length)
      const hasTurn = (all.indexOf(queue) + turn) % all.length < free - each * all.length
      return [{ path, items, room: Math.max(0, open + each + Number(hasTurn)) }]
    })
    return shares.sort((a, b) => a.room - b.room)[0]
  })
}

function placesWithin(hosts: Found, path = ''): Place[] {
  return [hosts.root, ...hosts.all()].filter(place => isWithin(path, place.path))
}

/** A pod that only calls itself a queue takes nothing from others by what it says. */
async function askAt(place: Place): Promise<Said> {
  const said = v.safeParse(saidSchema, await ask(place, 'room', []))
  const most = place.tenants.quotas.over(place.path).map(({ bounds }) => bounds.items ?? Number.POSITIVE_INFINITY)
  if (said.success) known.set(place.pods, { ...said.output, open: Math.min(said.output.open, ...most) })
  return known.get(place.pods) ?? { open: 0, room: 0 }
}

/** @returns how many items it has, or may have, by then */
async function tell(place: Place, share: Share | undefined): Promise<number> {
  const { storage } = place.seams.paths.pod(queueName)
  const file = join(storage, 'quota.json')
  if (share) {
    await mkdir(storage, { recursive: true })
    await writeState(file, share, { durable: false })
  } else await rm(file, { force: true })
  await ask(place, 'allow', [share ?? null])
  const { open } = await askAt(place)
  return Math.max(open, share?.room ?? 0)
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
