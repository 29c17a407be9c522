// The error for a host that took the connection and answers nothing, and what to do about it.
import { dirname } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { Step } from '../../protocol/hint.ts'

/** @param address as `formatAddress` writes it; @param silenceMs how long it has shown no sign of life */
export function silent(address: string, silenceMs: number): P8aError {
  return new P8aError('host_silent', `No sign of life from the host at ${address} for ${silenceMs / 1000} s`, {
    hint: [{ text: 'Its pods go on' }, ...whatToDo(address), { text: '--host-timeout waits longer' }],
    facts: { address, silenceMs },
  })
}

function whatToDo(address: string): Step[] {
  if (!address.startsWith('unix:'))
    return [{ text: 'see whether that machine, and the host on it, are stopped or cut off' }]
  const data = dirname(address.slice('unix:'.length))
  return [
    {
      text: `see its process with "ps ax | grep ${data}": kill -CONT continues it if it is stopped (T); if it hangs, end it with kill -9`,
    },
    { text: 'a new host adopts its pods', do: { verb: 'host start', options: { detach: true } } },
  ]
}
