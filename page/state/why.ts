// Why a pod is as it is, from its status. Pure.
import type { Cause, EndReason, PodStatus } from '../../protocol/words.ts'
import type { Amounts } from '../words/amounts.ts'
import type { Key } from '../words/keys.ts'
import type { Say } from '../words/words.ts'

type Words = { say: Say; amounts: Amounts; nowMs: number }

/** In a few words, for a row. */
export function shortWhy(pod: PodStatus, words: Words): string {
  const retry = retryText(pod, words)
  if (pod.cause && pod.want === 'up' && pod.status !== 'up') return [pod.cause.text, retry].filter(Boolean).join(' · ')
  if (pod.problem !== undefined) return pod.problem
  if (pod.nextAt !== undefined && pod.status === 'idle')
    return `${words.say('pod.next')} ${words.amounts.ago(pod.nextAt, words.nowMs)}`
  return saidBy(pod, words)
}

/** What it says of itself, with times as they are read here. */
export function saidBy({ text, asleepSince }: PodStatus, { amounts, nowMs }: Words): string {
  return asleepSince === undefined ? text : text.replace(asleepSince, amounts.clock(asleepSince, nowMs))
}

/** When the next attempt is made, counted down here. */
export function retryText({ retryAt }: PodStatus, { say, amounts, nowMs }: Words): string {
  if (retryAt === undefined) return ''
  return `${say('why.retry')} ${amounts.ago(retryAt, nowMs)}`
}

/** The words for a reason; a later host may have others. */
export function reasonKey(reason: EndReason | string): Key | undefined {
  return reasons.find(one => one === reason) && (`why.${reason}` as Key)
}

/** What a person has to know first: the cause of the present trouble, or of the last restart. */
export function causeOf(pod: PodStatus): { cause: Cause; title: Key } | undefined {
  const isDown = pod.want === 'up' && pod.status !== 'up'
  if (pod.cause && isDown)
    return { cause: pod.cause, title: pod.status === 'error' ? 'why.title' : 'why.title.waiting' }
  const after = pod.runs.find(run => run.after)?.after
  return after && { cause: after, title: 'why.title.restarted' }
}

const reasons: readonly EndReason[] = [
  'exited',
  'killed',
  'fault',
  'stopped',
  'timeout',
  'unhealthy',
  'start_timeout',
  'limit',
  'spawn_failed',
  'no_room',
  'lost',
]
