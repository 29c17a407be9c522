// The HTTP view of work: each operation with its schemas, as view.ts has those of scripts.
import * as v from 'valibot'
import { itemStates, queueMethods } from './methods/queue.ts'

const number = (text: string) => v.pipe(v.string(), v.regex(/^\d{1,9}$/, text), v.transform(Number))
const nothing = v.strictObject({})
const anything = v.looseObject({})

const { path: _, hops: __, name: ___, ...item } = queueMethods['queue.add'].params.entries
const { ids, state } = queueMethods['queue.retry'].params.entries
const { to } = queueMethods['queue.move'].params.entries
const { id } = queueMethods['queue.cancel'].params.entries

const chosen = v.strictObject({ ids, state })
const changed = v.object({ count: v.number() })
const paused = v.object({ name: v.string(), isPaused: v.boolean() })

export const queueOperations = {
  listQueues: {
    method: 'GET',
    path: '/queues',
    summary: 'The queues of all workers',
    query: nothing,
    status: 200,
    result: v.object({ queues: v.array(anything) }),
    errors: [400],
  },
  getQueue: {
    method: 'GET',
    path: '/queues/{id}',
    summary: 'The queue of a worker: what is in it, and how many runs there are and why',
    query: nothing,
    status: 200,
    result: anything,
    errors: [400, 404],
  },
  addItem: {
    method: 'POST',
    path: '/queues/{id}',
    summary:
      'Stores an item of work, which is on the disk by the answer; isNew is false if there was one with its id already',
    query: nothing,
    body: v.strictObject(item),
    status: 201,
    result: v.looseObject({ id: v.string(), isNew: v.boolean(), state: v.string() }),
    errors: [400, 404, 415],
  },
  listItems: {
    method: 'GET',
    path: '/queues/{id}/items',
    summary: 'The items of a worker that are in a state',
    query: v.strictObject({
      state: v.optional(v.picklist(itemStates, `must be one of ${itemStates.join(', ')}`), 'waiting'),
      limit: v.optional(number('must be a whole number'), '100'),
      offset: v.optional(number('must be a whole number'), '0'),
    }),
    status: 200,
    result: v.object({ items: v.array(anything) }),
    errors: [400, 404],
  },
  getItem: {
    method: 'GET',
    path: '/queues/{id}/item',
    summary: 'An item and what became of it; with wait, in milliseconds, once it has ended or the time is over',
    query: v.strictObject({
      id: v.pipe(v.string(), v.nonEmpty('is empty')),
      from: v.optional(number('must be a whole number'), '0'),
      wait: v.optional(number('must be a whole number of milliseconds'), '0'),
    }),
    status: 200,
    result: anything,
    errors: [400, 404],
  },
  retryItems: {
    method: 'POST',
    path: '/queues/{id}/retry',
    summary: 'Lets items that were given up wait again; with "all", what is dead or expired, or in the state',
    query: nothing,
    body: chosen,
    status: 200,
    result: changed,
    errors: [400, 404, 409, 415],
  },
  dropItems: {
    method: 'POST',
    path: '/queues/{id}/drop',
    summary: 'Removes items that wait or have ended; with "all", all but what runs, or what is in the state',
    query: nothing,
    body: chosen,
    status: 200,
    result: changed,
    errors: [400, 404, 409, 415],
  },
  moveItems: {
    method: 'POST',
    path: '/queues/{id}/move',
    summary:
      'Gives items that wait, or were given up, to another worker; with "all", all of that, or what is in the state',
    query: nothing,
    body: v.strictObject({ to, ids, state }),
    status: 200,
    result: changed,
    errors: [400, 404, 409, 415],
  },
  cancelItem: {
    method: 'POST',
    path: '/queues/{id}/cancel',
    summary: 'Ends an item that waits or runs: it is canceled then',
    query: nothing,
    body: v.strictObject({ id }),
    status: 200,
    result: anything,
    errors: [400, 404, 409, 415],
  },
  pauseQueue: {
    method: 'POST',
    path: '/queues/{id}/pause',
    summary: 'Begins no item of a worker any more; what runs goes on, and items are still taken',
    query: nothing,
    status: 200,
    result: paused,
    errors: [400, 404],
  },
  resumeQueue: {
    method: 'POST',
    path: '/queues/{id}/resume',
    summary: 'Begins items of a worker again',
    query: nothing,
    status: 200,
    result: paused,
    errors: [400, 404],
  },
} as const
