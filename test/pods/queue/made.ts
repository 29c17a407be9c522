// What tests of the queue are made of: an item, a worker, and a refusal.
import * as assert from 'uvu/assert'
import type { Asked, Item } from '../../../pods/queue/item.ts'
import { workPolicyOf } from '../../../pods/queue/policy.ts'
import type { Worker } from '../../../pods/queue/workers.ts'

export function anItem(over: Partial<Item> = {}): Item {
  return {
    seq: 1,
    queue: 'mail',
    id: 'a',
    fn: 'send',
    args: '[]',
    state: 'running',
    priority: 0,
    dueMs: 0,
    addedMs: 0,
    deadlineMs: undefined,
    key: undefined,
    attempt: 1,
    retries: 2,
    backoffMs: 1000,
    timeoutMs: 10_000,
    sameUntilMs: 0,
    run: 'mail.1',
    begunMs: 0,
    endedMs: undefined,
    result: undefined,
    error: undefined,
    producer: undefined,
    ...over,
  }
}

export function aWorker(config: Parameters<typeof workPolicyOf>[0] = {}, over: Partial<Worker> = {}): Worker {
  return {
    name: 'mail',
    policy: workPolicyOf(config),
    isWanted: true,
    isAsleep: false,
    status: 'up',
    scale: 1,
    up: [{ id: 'mail.1', slot: 0 }],
    exports: ['send'],
    ...over,
  }
}

export function asked(over: Partial<Asked> = {}): Asked {
  return { queue: 'mail', fn: 'send', args: [1], ...over }
}

/** What the queue refuses has a code of p8a's, and is no error of p8a's own. */
export async function refusedWith(code: string, does: () => Promise<unknown>): Promise<void> {
  const error = await does().then(
    () => undefined,
    (error: { code?: string }) => error,
  )
  assert.is(error?.code, code)
}
