// `queue.…`: what is asked about work is passed on to the pod that keeps the queues, which is started where it is not up.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type ErrorCode, errorTable, P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { queueName } from '../../protocol/names.ts'
import type { QueueResults } from '../../protocol/words-queue.ts'
import { findCallee } from './callee.ts'
import { queueIsUp } from './queue-pod.ts'
import type { Site, Verb } from './verb.ts'

type QueueVerb = keyof QueueResults

/** How much longer the answer may take than what it waits for. */
const slackMs = 10_000
/** How long a queue that was killed is waited for, and how often it is asked. */
const patienceMs = 10_000
const againMs = 50
/** For how long an id that the host has made is the same item: it asks again by it. */
const sameMs = 30_000

export const queueVerbs: { readonly [M in QueueVerb]: Verb<M> } = {
  'queue.add': async (site, { name, delayMs, at, deadlineMs, path: _, hops: __, ...item }, { by }) => {
    const nowMs = site.seams.clock.wallMs()
    const dueMs = at !== undefined ? Date.parse(at) : delayMs !== undefined ? nowMs + delayMs : undefined
    const made = { id: `${nowMs.toString(36)}-${randomUUID().slice(0, 8)}`, windowMs: sameMs }
    const asked = {
      ...(item.id === undefined && made),
      ...item,
      queue: name,
      producer: by.name,
      ...(dueMs !== undefined && { dueMs }),
      ...(deadlineMs !== undefined && { deadlineMs: nowMs + deadlineMs }),
    }
    return await ask(site, 'add', asked)
  },
  'queue.list': async (site, { name }) => {
    if (name === undefined && !site.pods.find(queueName)) return { queues: [] }
    return { queues: await ask(site, 'queues', name === undefined ? {} : { queue: name }) }
  },
  'queue.items': async (site, params) => ({ items: await ask(site, 'items', about(params)) }),
  'queue.item': async (site, params, { signal }) =>
    await ask(site, 'item', about(params), { waitMs: params.waitMs, signal }),
  'queue.retry': async (site, params) => ({ count: await ask(site, 'retry', about(params)) }),
  'queue.drop': async (site, params) => ({ count: await ask(site, 'drop', about(params)) }),
  'queue.move': async (site, params) => ({ count: await ask(site, 'move', about(params)) }),
  'queue.cancel': async (site, params) => await ask(site, 'cancel', about(params)),
  'queue.pause': async (site, { name }) => {
    await ask(site, 'pause', { queue: name })
    return { name, isPaused: true }
  },
  'queue.resume': async (site, { name }) => {
    await ask(site, 'resume', { queue: name })
    return { name, isPaused: false }
  },
}

function about({
  name,
  path: _,
  hops: __,
  ...rest
}: MethodParams<'queue.items' | 'queue.item' | 'queue.retry' | 'queue.move' | 'queue.cancel'>) {
  return { queue: name, ...rest }
}

/** @throws {P8aError} what the queue refuses, with its code; and as `pod.call` */
async function ask<Answer>(
  site: Site,
  fn: string,
  params: object,
  { waitMs = 0, signal }: { waitMs?: number; signal?: AbortSignal } = {},
): Promise<Answer> {
  const untilMs = site.seams.clock.nowMs() + patienceMs
  for (;;) {
    try {
      return (await askOnce(site, { fn, params, waitMs, signal })) as Answer
    } catch (error) {
      // It was killed just now, and the next run of it is on its way.
      const isPassing = error instanceof P8aError && error.code === 'pod_not_up'
      if (!isPassing || signal?.aborted || site.seams.clock.nowMs() > untilMs) throw error
      await delay(againMs)
    }
  }
}

type Question = { fn: string; params: object; waitMs: number; signal: AbortSignal | undefined }

async function askOnce(site: Site, { fn, params, waitMs, signal }: Question): Promise<unknown> {
  await queueIsUp(site)
  const { peer } = findCallee(site, queueName)
  const timeoutMs = site.seams.settings.callTimeout + waitMs + slackMs
  const called = peer.request('call', { fn, args: [params] }, { timeoutMs, ...(signal && { signal }) })
  return await called.catch(error => {
    throw refused(error)
  })
}

/** What the queue throws has its code among the facts of a failed call. */
function refused(error: unknown): unknown {
  if (!(error instanceof P8aError) || error.code !== 'call_failed') return error
  const { errorCode, hint } = error.facts
  if (typeof errorCode !== 'string' || !Object.hasOwn(errorTable, errorCode)) return error
  return new P8aError(errorCode as ErrorCode, error.message, {
    ...(typeof hint === 'string' ? { hint } : error.steps.length > 0 ? { hint: error.steps } : {}),
    facts: {},
    cause: error,
  })
}
