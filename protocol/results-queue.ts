// The results of the methods about work, as shapes: see results.ts.
import type { queueMethods } from './methods/queue.ts'
import type { Shape } from './shape.ts'

const text = { type: 'string' } as const
const whole = { type: 'integer' } as const
const flag = { type: 'boolean' } as const

const object = (required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
})

const item = () =>
  object(
    { id: text, queue: text, fn: text, state: text, attempt: whole, retries: whole, addedAt: text },
    {
      args: {},
      dueAt: text,
      begunAt: text,
      endedAt: text,
      deadlineAt: text,
      priority: whole,
      key: text,
      run: text,
      result: {},
      error: text,
      values: { type: 'array', items: {} },
      next: whole,
      heldBackBy: text,
    },
  )

const queue = () =>
  object(
    {
      name: text,
      counts: { type: 'object', additionalProperties: whole },
      isPaused: flag,
      rates: object({ added: whole, ended: whole }),
    },
    {
      oldestMs: whole,
      away: text,
      worker: object({ status: text, runs: whole, scale: whole, isAsleep: flag, why: text }),
    },
  )

const counted = () => object({ count: whole })
const pausing = () => object({ name: text, isPaused: flag })

export const queueResults = {
  'queue.add': () => object({ id: text, isNew: flag, state: text }, { heldBackBy: text }),
  'queue.list': () => object({ queues: { type: 'array', items: queue() } }),
  'queue.items': () => object({ items: { type: 'array', items: item() } }),
  'queue.item': item,
  'queue.retry': counted,
  'queue.drop': counted,
  'queue.move': counted,
  'queue.cancel': item,
  'queue.pause': pausing,
  'queue.resume': pausing,
} as const satisfies Record<keyof typeof queueMethods, () => Shape>
