// What is said where a quota does not allow something: whose it is, how much of it is used, and what to do.
import { P8aError } from '../../protocol/errors.ts'
import type { Step } from '../../protocol/hint.ts'
import { quote } from '../../protocol/names.ts'
import type { Quota } from '../../protocol/quota.ts'
import { sizeText } from '../../protocol/size.ts'

/** `more`: how much this would take, where that is known. `pod`: what it is about, if it is about one. */
export type Excess = { key: keyof Quota; most: number; used: number; more?: number; pod?: string }

/** @param path whose quota it is */
export function exceeded(path: string, { key, most, used, more, pod }: Excess): P8aError {
  const { verb, remedy, others = [] } = words[key]
  const about = `Cannot ${verb}${pod === undefined ? '' : ` pod ${quote(pod)}`}`
  const text = (amount: number) => (key === 'images' || key === 'memory' ? sizeText(amount) : String(amount))
  const why = `${quote(path)} may have ${quotaText(key, most)}, and has ${text(used)}${more === undefined ? '' : `; this would be ${text(more)} more`}`
  return new P8aError('quota_exceeded', `${about}: ${why}`, {
    hint: [
      { text: remedy },
      ...others,
      { text: 'to see what is used', do: { verb: 'quota' } },
      { text: 'an admin of a host around it can raise the quota' },
    ],
    facts: { ...(pod !== undefined && { pod }), quota: path, key, most, used, ...(more !== undefined && { more }) },
  })
}

/** A bound in words: `3 pods`, `1 GB of images`. */
export function quotaText(key: keyof Quota, most: number): string {
  if (key === 'images' || key === 'memory') return `${sizeText(most)} of ${key}`
  return `${most} ${most === 1 ? key.slice(0, -1) : key}`
}

const words: Readonly<Record<keyof Quota, { verb: string; remedy: string; others?: readonly Step[] }>> = {
  pods: { verb: 'push', remedy: 'Remove a pod that is not needed' },
  runs: { verb: 'run', remedy: 'Stop a pod, or scale one down' },
  memory: { verb: 'start', remedy: 'Stop a pod' },
  images: {
    verb: 'push',
    remedy: 'Remove a pod',
    others: [{ text: 'or old versions', do: { verb: 'image prune', options: { keep: '1' } } }],
  },
  items: { verb: 'enqueue for', remedy: 'Try again later, or drop what waits' },
}
