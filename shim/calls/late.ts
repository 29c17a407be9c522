// Why a call is late if there is no host.
import { P8aError } from '../../protocol/errors.ts'
import type { Call } from './call.ts'

export function hostGone(name: string, { fn, timeoutMs }: Call): P8aError {
  const what = `Cannot call ${JSON.stringify(fn)} of pod ${JSON.stringify(name)}: the host is gone, and did not come back within ${timeoutMs} ms`
  return new P8aError('host_gone', what, {
    hint: 'Pods that have called each other before need no host',
    facts: { pod: name, fn },
  })
}
