// What each operation of the HTTP view does about work.
import type { ViewInput } from '../../../protocol/view.ts'
import type { queueOperations } from '../../../protocol/view-queue.ts'
import type { Means, ViewAnswer } from './view-means.ts'

type Actions = {
  [O in keyof typeof queueOperations]: (input: ViewInput<O>, means: Means) => Promise<ViewAnswer>
}

export const queueActions: Actions = {
  listQueues: async (_, { ask }) => ({ status: 200, body: await ask('queue.list', {}) }),
  getQueue: async ({ id }, { ask }) => {
    const { queues } = await ask('queue.list', { name: id })
    return { status: 200, body: queues[0] }
  },
  addItem: async ({ id: name, body }, { ask }) => ({ status: 201, body: await ask('queue.add', { name, ...body }) }),
  listItems: async ({ id: name, query }, { ask }) => ({
    status: 200,
    body: await ask('queue.items', { name, ...query }),
  }),
  getItem: async ({ id: name, query: { id, from, wait } }, { ask }) => ({
    status: 200,
    body: await ask('queue.item', { name, id, from, waitMs: wait }),
  }),
  retryItems: async ({ id: name, body }, { ask }) => ({
    status: 200,
    body: await ask('queue.retry', { name, ...body }),
  }),
  dropItems: async ({ id: name, body }, { ask }) => ({ status: 200, body: await ask('queue.drop', { name, ...body }) }),
  moveItems: async ({ id: name, body }, { ask }) => ({ status: 200, body: await ask('queue.move', { name, ...body }) }),
  cancelItem: async ({ id: name, body }, { ask }) => ({
    status: 200,
    body: await ask('queue.cancel', { name, ...body }),
  }),
  pauseQueue: async ({ id: name }, { ask }) => ({ status: 200, body: await ask('queue.pause', { name }) }),
  resumeQueue: async ({ id: name }, { ask }) => ({ status: 200, body: await ask('queue.resume', { name }) }),
}
