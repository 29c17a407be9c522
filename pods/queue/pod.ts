// The queues of a host, for all of its workers: a host starts it by itself with the first worker. docs/QUEUES.md tells all that it
// does. It is written with what any pod is offered.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Change, Pod, PodConfigInput, Watch } from 'p8a'
import { attempt } from './attempt.ts'
import { Growing } from './growing.ts'
import type { Asked, ItemState } from './item.ts'
import { Queues } from './queues.ts'
import { settingsOf } from './settings.ts'
import { type QueueStatus, statusesOf } from './status.ts'
import { Store } from './store.ts'
import type { ShownItem } from './view.ts'
import { workersOf } from './workers.ts'

/** It scales workers, wakes them, and puts them to sleep. Two of it would each have a part of the truth. */
export const config: PodConfigInput = { may: 'deploy', single: true, labels: { 'p8a/queue': '1' } }

let running: { queues: Queues; growing: Growing; store: Store } | undefined

function ours(): NonNullable<typeof running> {
  if (running) return running
  throw Object.assign(new Error('The queue has not begun yet'), { code: 'pod_not_up' })
}

type Added = { id: string; isNew: boolean; state: ItemState }

/** Stores an item: it is on the disk before the answer. */
export const add = async (asked: Asked): Promise<Added> => await ours().queues.add(asked)

/** Stores several, or none of those that are refused. */
export const addAll = async (all: Asked[]): Promise<(Added | { error: string; code: string })[]> => {
  const settled = await Promise.allSettled(all.map(asked => ours().queues.add(asked)))
  return settled.map(one =>
    one.status === 'fulfilled' ? one.value : { error: one.reason.message, code: one.reason.code ?? 'internal' },
  )
}

/** An item and what became of it; it is waited for, if that is asked. */
export async function item(
  this: { signal: AbortSignal },
  { queue, id, ...how }: { queue: string; id: string; from?: number; attempt?: number; waitMs?: number },
): Promise<ShownItem> {
  return await ours().queues.item(queue, id, { ...how, signal: this.signal })
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
}): ShownItem[] => ours().queues.items(queue, state, { limit, offset })

/** All queues, or one. */
export const queues = ({ queue }: { queue?: string } = {}): QueueStatus[] => statusesOf(ours(), queue, Date.now())

type Chosen = { queue: string; ids: string[] | 'all' }
export const retry = async ({ queue, ids }: Chosen): Promise<number> => await ours().queues.retry(queue, ids)
export const drop = async ({ queue, ids }: Chosen): Promise<number> => await ours().queues.drop(queue, ids)
export const cancel = async ({ queue, id }: { queue: string; id: string }): Promise<ShownItem> =>
  await ours().queues.cancel(queue, id)
export const pause = async ({ queue }: { queue: string }): Promise<void> => await ours().queues.pause(queue)
export const resume = async ({ queue }: { queue: string }): Promise<void> => await ours().queues.resume(queue)

const main: Pod = async (params, _bus, p8a) => {
  const settings = settingsOf(params)
  const ending = new AbortController()
  mkdirSync(p8a.storage, { recursive: true })
  const store = new Store(join(p8a.storage, 'queue.db'))
  const log = (line: string) => p8a.log('queue', line)
  const own = new Queues({
    store,
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
    log,
  })
  await follow(p8a.watch({ signal: ending.signal }), (change, watch) => {
    if (change.type === 'ended') own.onEnded(change.run, change.end?.reason === 'stopped' ? 'asked' : 'died')
    own.onWorkers(workersOf(watch.pods))
  })
  running = { queues: own, growing, store }
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
