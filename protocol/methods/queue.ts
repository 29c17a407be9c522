// The methods about work: the items of workers, and their queues.
import * as v from 'valibot'
import { wireTime } from '../time.ts'
import { hops, path } from './fields.ts'

const name = v.pipe(v.string(), v.maxLength(1024), v.description('name of a worker'))
const worker = { path, hops, name }

const whole = (least = 0, most = Number.MAX_SAFE_INTEGER) => {
  const message = `must be a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${most}`}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}
const said = (description: string, least?: number, most?: number) =>
  v.optional(v.pipe(whole(least, most), v.description(description)))

const id = v.pipe(v.string(), v.nonEmpty('is empty'), v.maxLength(256), v.description('id of an item'))
const chosen = v.pipe(
  v.union([v.literal('all'), v.array(id)], 'must be a list of ids, or "all"'),
  v.description('ids of items, or all'),
)

export const itemStates = ['waiting', 'delayed', 'held', 'running', 'done', 'dead', 'expired', 'canceled'] as const

/** Nothing becomes of an item any more that is in one of these. */
export const endStates: readonly string[] = ['done', 'dead', 'expired', 'canceled']
const state = v.picklist(itemStates, `must be one of ${itemStates.join(', ')}`)
const ofState = v.optional(v.pipe(state, v.description('of "all" only those in this state')))

export const queueMethods = {
  'queue.add': {
    summary:
      'Stores an item of work for a worker, one of whose runs calls the function; it is on the disk by the answer',
    params: v.strictObject({
      ...worker,
      fn: v.pipe(v.string(), v.description('the exported function that is called')),
      args: v.optional(v.array(v.unknown()), []),
      id: v.optional(v.pipe(id, v.description('the same id is the same item, for a time'))),
      windowMs: said('for how long the same id is the same item (default: 1 hour)'),
      delayMs: said('how long it waits at least'),
      at: v.optional(v.pipe(wireTime, v.description('from when on it may begin'))),
      key: v.optional(
        v.pipe(
          v.string(),
          v.nonEmpty('is empty'),
          v.maxLength(256),
          v.description('items of a key begin one after the other'),
        ),
      ),
      priority: v.optional(v.pipe(whole(-1_000_000, 1_000_000), v.description('the lower, the sooner')), 0),
      deadlineMs: said('after how long it is not begun any more, and broken off if it was'),
      retries: said('how often it is tried again', 0, 1_000_000),
      backoffMs: said('how long after the first attempt; each time twice as long'),
      timeoutMs: said('how long an attempt may take', 1),
    }),
  },
  'queue.list': {
    summary: 'The queues of all workers, or of one: what is in them, and how many runs they have and why',
    params: v.strictObject({ path, hops, name: v.optional(name) }),
  },
  'queue.items': {
    summary: 'The items of a worker that are in a state',
    params: v.strictObject({
      ...worker,
      state,
      limit: v.optional(whole(1, 1000), 100),
      offset: v.optional(whole(), 0),
    }),
  },
  'queue.item': {
    summary: 'An item, what it has streamed, and what became of it, which may be waited for',
    params: v.strictObject({
      ...worker,
      id,
      from: v.optional(v.pipe(whole(), v.description('number of the first value of its stream')), 0),
      attempt: said('of which attempt these values are; those of another one come from the first on', 0),
      waitMs: v.optional(
        v.pipe(whole(0, 60_000), v.description('wait so long for more of its stream, or for its end')),
        0,
      ),
    }),
  },
  'queue.retry': {
    summary: 'Lets items that were given up wait again; all that are dead or expired, if no state is said',
    params: v.strictObject({ ...worker, ids: chosen, state: ofState }),
  },
  'queue.drop': {
    summary: 'Removes items that wait or have ended',
    params: v.strictObject({ ...worker, ids: chosen, state: ofState }),
  },
  'queue.move': {
    summary: 'Gives items that wait or were given up to another worker',
    params: v.strictObject({
      ...worker,
      to: v.pipe(v.string(), v.maxLength(1024), v.description('name of the other worker')),
      ids: chosen,
      state: ofState,
    }),
  },
  'queue.cancel': {
    summary: 'Ends an item that waits or runs: it is canceled then',
    params: v.strictObject({ ...worker, id }),
  },
  'queue.pause': { summary: 'Begins no item of a worker any more', params: v.strictObject(worker) },
  'queue.resume': { summary: 'Begins items of a worker again', params: v.strictObject(worker) },
} as const satisfies Record<string, { summary: string; params: v.GenericSchema }>
