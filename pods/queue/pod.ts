// The queues of a host, for all of its workers: a host starts it by itself with the first worker. docs/QUEUES.md tells all that it
// does. It is written with what any pod is offered.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Change, Pod, PodConfigInput, Watch } from 'p8a'
import { attempt } from './attempt.ts'
import { forgetRemoved } from './forget-removed.ts'
import { Growing } from './growing.ts'
import type { Asked, ItemState } from './item.ts'
import type { Chosen } from './items.ts'
import { type Added, Queues } from './queues.ts'
import { Room, readShare, type Share } from './room.ts'
import { settingsOf } from './settings.ts'
import { type QueueStatus, statusesOf } from './status.ts'
import { Store } from './store.ts'
import type { ShownItem } from './view.ts'
import { workersOf } from './workers.ts'

/** It scales workers, wakes them, and puts them to sleep. Two of it would each have a part of the truth. */
export const config: PodConfigInput = { may: 'deploy', single: true, labels: { 'p8a/queue': '1' } }

let running: { queues: Queues; growing: Growing; store: Store; room: Room } | undefined

function ours(): NonNullable<typeof running> {
  if (running) return running
  throw Object.assign(new Error('The queue has not begun yet'), { code: 'pod_not_up' })
}

type Caller = { caller: string | undefined }

/** Stores an item: it is on the disk before the answer. A run that asks is its producer by its pod. */
export async function add(this: Caller, asked: Asked): Promise<Added> {
  return await ours().queues.add(producedBy(this, asked))
}

/** Stores several, or none of those that are refused. */
export async function addAll(this: Caller, all: Asked[]): Promise<(Added | { error: string; code: string })[]> {
  const settled = await Promise.allSettled(all.map(asked => ours().queues.add(producedBy(this, asked))))
  return settled.map(one =>
    one.status === 'fulfilled' ? one.value : { error: one.reason.message, code: one.reason.code ?? 'internal' },
  )
}

/** An item and what became of it; it is waited for, if that is asked. */
export async function item(
  this: { signal: AbortSignal },
  { queue, id, ...how }: { queue: string; id: string; from?: number; attempt?: number; waitMs?: number },
): Promise<ShownItem> {
  return await ours().queues.items.show(queue, id, { ...how, signal: this.signal })
}

export const items = ({
  queue,
  state,
  limit = 100,
  offset = 0,
}: {
  queue: string
  state: ItemState
  limit?: number
  offset?: number
}): ShownItem[] => ours().queues.items.list(queue, state, { limit, offset })

/** All queues, or one. */
export const queues = ({ queue }: { queue?: string } = {}): QueueStatus[] => statusesOf(ours(), queue, Date.now())

type Which = { queue: string } & Chosen
export const retry = async ({ queue, ...chosen }: Which): Promise<number> =>
  await ours().queues.items.retry(queue, chosen)
export const drop = async ({ queue, ...chosen }: Which): Promise<number> =>
  await ours().queues.items.drop(queue, chosen)
export const move = async ({ queue, to, ...chosen }: Which & { to: string }): Promise<number> =>
  await ours().queues.items.move(queue, to, chosen)
/** A pod was removed. Only the host says so. */
export async function forget(this: Caller, { queue, untilMs }: { queue: string; untilMs: number }): Promise<number> {
  refuseOthers(this)
  return await ours().queues.forget(queue, untilMs)
}
/** How many items may be here, as a quota says. Only the host says so. */
export async function allow(this: Caller, share: Share | null): Promise<void> {
  refuseOthers(this)
  ours().room.set(share ?? undefined)
}
/** How many items have not ended, and how many may be here. */
export const room = (): Room['told'] => ours().room.told
export const cancel = async ({ queue, id }: { queue: string; id: string }): Promise<ShownItem> =>
  await ours().queues.cancel(queue, id)
export const pause = async ({ queue }: { queue: string }): Promise<void> => await ours().queues.pause(queue)
export const resume = async ({ queue }: { queue: string }): Promise<void> => await ours().queues.resume(queue)

function refuseOthers({ caller }: Caller): void {
  if (caller !== undefined) throw Object.assign(new Error('Only the host asks for that'), { code: 'forbidden' })
}

const main: Pod = async (params, _bus, p8a) => {
  const settings = settingsOf(params)
  const ending = new AbortController()
  mkdirSync(p8a.storage, { recursive: true })
  const store = new Store(join(p8a.storage, 'queue.db'))
  const log = (line: string) => p8a.log('queue', line)
  const left = new Room(store, await readShare(p8a.storage))
  const own = new Queues({
    store,
    room: left,
    settings,
    attempt: of => attempt(p8a, of),
    now: Date.now,
    random: Math.random,
    newId: ids(),
    log,
    changed: () => growing.look(),
  })
  const growing: Growing = new Growing({
    verbs: p8a.verbs,
    workers: () => own.workers,
    workOf: queue => ({ ...store.countsOf(queue), isPaused: store.isPaused(queue) }),
    loadOf: run => own.loadOf(run),
    limitSlots: (queue, most) => own.limitSlots(queue, most),
    now: Date.now,
    freeMemory: () => process.availableMemory(),
    log,
  })
  await follow(p8a.watch({ signal: ending.signal }), (change, watch) => {
    if (change.type === 'ended') own.onEnded(change.run, change.end?.reason === 'stopped' ? 'asked' : 'died')
    for (const { id } of livingIn(change)) own.onLives(id)
    own.onWorkers(workersOf(watch.pods))
  })
  await forgetRemoved(p8a.storage, own)
  running = { queues: own, growing, store, room: left }
  const pruning = setInterval(() => void own.prune().catch(error => log(error.message)), pruneMs)
  return () => {
    ending.abort()
    clearInterval(pruning)
    growing.close()
    own.close()
  }
}
export default main

const pruneMs = 5000

/** The runs that a change tells to live. */
function livingIn(change: Change): { id: string }[] {
  if (change.type === 'snapshot') return change.pods.flatMap(({ runs }) => runs)
  return change.type === 'run' ? [change.run] : []
}

function producedBy({ caller }: Caller, asked: Asked): Asked {
  return caller === undefined ? asked : { ...asked, producer: caller.replace(/\.\d+$/, '') }
}

/** Ids that grow, so that the index of them grows at its end, and that no two queues make. */
function ids(): () => string {
  const begun = Date.now().toString(36)
  const own = Math.floor(Math.random() * 36 ** 4).toString(36)
  let last = 0
  return () => `${begun}${own}-${(++last).toString(36).padStart(6, '0')}`
}

/** Resolves once the workers are known, and then goes on to tell of each change. */
async function follow(watch: Watch, changed: (change: Change, watch: Watch) => void): Promise<void> {
  const known = Promise.withResolvers<void>()
  const going = async () => {
    for await (const change of watch) {
      changed(change, watch)
      known.resolve()
    }
  }
  going().catch(error => {
    known.reject(error)
    // A queue that sees no changes would give items to runs that are gone.
    process.nextTick(() => {
      throw error
    })
  })
  await known.promise
}
