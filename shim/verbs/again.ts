// When a pod asks its host again for what goes on for long: it waits for a host, and a little longer with each try.
import { P8aError } from '../../protocol/errors.ts'
import type { Asking } from './asking.ts'

/** How long to wait before the host is asked again that could not tell: such as that its owner is away. */
const firstAgainMs = 50
const maxAgainMs = 5000

/** What passes by itself. */
const passing = ['host_gone', 'host_busy', 'timeout']

/**
 * @param failed.error what ended the last try, if an error did
 * @param failed.tries how many tries have failed since the host last told something
 * @throws an error that no further try can cure
 */
export async function beforeAgain(
  asking: Pick<Asking, 'present'>,
  { error, tries }: { error: unknown; tries: number },
  signal: AbortSignal | undefined,
): Promise<void> {
  if (error !== undefined && !(error instanceof P8aError && passing.includes(error.code))) throw error
  await asking.present(signal)
  const delayMs = Math.min(firstAgainMs * 2 ** Math.min(tries, 10), maxAgainMs)
  // Loaded here, since few pods wait for a host.
  const { setTimeout: delay } = await import('node:timers/promises')
  // Aborted, it just ends.
  await delay(delayMs, undefined, { signal }).catch(() => {})
}
