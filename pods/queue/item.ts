// An item of work: what it is, and how one is read from what a producer gives. It knows nothing of files and runs.
import type { WorkPolicy } from './policy.ts'

/** In this order on the disk: what is behind `running` has ended, and stays so. */
export const states = ['waiting', 'delayed', 'held', 'running', 'done', 'dead', 'expired', 'canceled'] as const
export type ItemState = (typeof states)[number]
export type EndState = Extract<ItemState, 'done' | 'dead' | 'expired' | 'canceled'>

const firstEnd = states.indexOf('done')

/** Whether nothing will become of it any more. */
export function hasEnded(state: ItemState): state is EndState {
  return states.indexOf(state) >= firstEnd
}

/** What a producer asks for. Times are milliseconds since 1970, durations milliseconds. */
export type Asked = {
  queue: string
  fn: string
  args: unknown[]
  /** The same id within `windowMs` is the same item. Without one, the queue makes one. */
  id?: string
  windowMs?: number
  /** From when on it may begin. */
  dueMs?: number
  /** Items of a key begin one after the other, in the order in which they came. */
  key?: string
  /** The lower, the sooner. Default: 0 */
  priority?: number
  /** From when on it is not begun any more, and broken off if it was. */
  deadlineMs?: number
  /** How often it is tried again. */
  retries?: number
  backoffMs?: number
  /** How long an attempt may take. */
  timeoutMs?: number
  /** Who asks: a pod, or a client by the name of its token. */
  producer?: string
}

/** An item as it is stored. */
export type Item = {
  seq: number
  queue: string
  id: string
  fn: string
  /** JSON. */
  args: string
  state: ItemState
  priority: number
  dueMs: number
  addedMs: number
  deadlineMs: number | undefined
  key: string | undefined
  /** How many attempts count so far, with the one under way. */
  attempt: number
  retries: number
  backoffMs: number
  timeoutMs: number
  /** Until when the same id is this item. */
  sameUntilMs: number
  run: string | undefined
  begunMs: number | undefined
  endedMs: number | undefined
  /** JSON of what it returned. */
  result: string | undefined
  error: string | undefined
  /** Who enqueued it; undefined for what an earlier version has stored. */
  producer: string | undefined
}

/** What of an item is known before it is stored. */
export type NewItem = Omit<Item, 'seq' | 'state' | 'attempt' | 'run' | 'begunMs' | 'endedMs' | 'result' | 'error'>

/** An error whose code is one of p8a's, so that whoever asks gets it as such. */
export function refusal(code: string, message: string, hint?: string): Error {
  return Object.assign(new Error(message), { code, ...(hint !== undefined && { hint }) })
}

export type Limits = { nowMs: number; maxBytes: number; newId: () => string }

/**
 * What is stored for what is asked.
 * @throws {Error} `bad_params`, `too_large`
 */
export function newItem(asked: Asked, policy: WorkPolicy, { nowMs, maxBytes, newId }: Limits): NewItem {
  const { queue, fn, args, key, id } = asked
  if (typeof fn !== 'string' || fn === '' || fn.startsWith('$')) throw bad('fn', 'is not the name of a function')
  if (!Array.isArray(args)) throw bad('args', 'is not a list')
  checkText('id', id)
  checkText('key', key)
  const json = JSON.stringify(args)
  const bytes = Buffer.byteLength(json)
  if (bytes > maxBytes)
    throw refusal(
      'too_large',
      `Cannot enqueue for pod ${JSON.stringify(queue)}: the arguments have ${bytes} bytes, and ${maxBytes} are allowed`,
      'Store what is large elsewhere, and enqueue where it is; or raise maxItemBytes of the pod "queue"',
    )
  const dueMs = number('dueMs', asked.dueMs)
  const deadlineMs = number('deadlineMs', asked.deadlineMs)
  if (dueMs !== undefined && deadlineMs !== undefined && dueMs >= deadlineMs) throw tooLate(dueMs, deadlineMs)
  return {
    queue,
    id: id ?? newId(),
    fn,
    args: json,
    priority: number('priority', asked.priority, { least: -maxPriority, most: maxPriority }) ?? 0,
    dueMs: dueMs ?? nowMs,
    addedMs: nowMs,
    deadlineMs,
    key,
    retries: number('retries', asked.retries, { most: maxRetries }) ?? policy.itemRetries,
    backoffMs: number('backoffMs', asked.backoffMs) ?? policy.itemBackoffMs,
    timeoutMs: number('timeoutMs', asked.timeoutMs, { least: 1 }) ?? policy.itemTimeoutMs,
    producer: asked.producer ?? '',
    sameUntilMs: id === undefined ? 0 : nowMs + (number('windowMs', asked.windowMs) ?? defaultWindowMs),
  }
}

const maxPriority = 1_000_000
const maxRetries = 1_000_000
const maxTextLength = 256
const defaultWindowMs = 3_600_000

function number(
  name: string,
  value: unknown,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {},
): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw bad(name, `is not a whole number from ${least} to ${most}`)
}

function checkText(name: string, value: unknown): void {
  if (value === undefined) return
  if (typeof value === 'string' && value !== '' && value.length <= maxTextLength) return
  throw bad(name, `is not a text of 1 to ${maxTextLength} characters`)
}

function tooLate(dueMs: number, deadlineMs: number): Error {
  const [begin, end] = [dueMs, deadlineMs].map(ms => new Date(ms).toISOString())
  return refusal(
    'bad_params',
    `Cannot enqueue: it would begin at ${begin}, and its deadline is ${end}`,
    'Give it more time, or less delay',
  )
}

function bad(name: string, why: string): Error {
  return refusal('bad_params', `Cannot enqueue: ${name} ${why}`)
}
