// The HTTP view of work: each operation with its schemas, as view.ts has those of scripts.
import * as v from 'valibot'
import { itemStates, queueMethods } from './methods/queue.ts'

const number = (text: string) => v.pipe(v.string(), v.regex(/^\d{1,9}$/, text), v.transform(Number))
const nothing = v.strictObject({})
const anything = v.looseObject({})

const { path: _, hops: __, name: ___, ...item } = queueMethods['queue.add'].params.entries

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
    errors: [400],
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
} as const
