// What profiles are called, and what became of one, in words for people.
import type { MethodInput } from '../../protocol/methods.ts'
import type { Applied } from '../../protocol/profile.ts'
import type { ConfigInForce } from '../../protocol/words.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { policyValue } from '../say/policy-value.ts'
import { spin } from '../say/spinner.ts'

/** Sets a profile, or takes up its file. @returns the exit code: 1 where a pod could not have it */
export async function setProfile(
  host: Pick<RemoteHost, 'call'>,
  asked: MethodInput<'profile.set'>,
  output: Output,
): Promise<number> {
  const answer = await spin(`Setting ${asked.profile}`, output, host.call('profile.set', asked))
  output.answer(answer, () =>
    [`${answer.name}: ${policyText(answer.config)}`, ...answer.pods.map(appliedText)].join('\n'),
  )
  return answer.pods.some(({ how }) => how === 'failed') ? 1 : 0
}

/** `retries 3, sleep 15m` as it is kept: durations in milliseconds. */
export function policyText(config: ConfigInForce): string {
  const parts = Object.entries(config).map(([key, value]) => `${key} ${policyValue(value)}`)
  return parts.join(', ') || 'says nothing'
}

function appliedText({ pod, how, why }: Applied): string {
  switch (how) {
    case 'in-place':
      return `${pod} has it, and its runs stay`
    case 'reloaded':
      return `${pod} was reloaded with it`
    case 'next-start':
      return `${pod} has it from its next start on`
    case 'same':
      return `${pod} is as it was`
    case 'failed':
      return `${pod} goes on as it was: ${why}`
  }
}
