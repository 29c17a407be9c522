// A folder that is used in place lies on the machine of its host.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { formatAddress, isLoopback } from '../client/address.ts'
import type { Remote } from '../remote/remotes.ts'

/** @throws {P8aError} `unsupported` where the host is known to be on another machine, which may have another folder at that path */
export function refuseElsewhere({ name, address }: Pick<Remote, 'name' | 'address'>, folder: string): void {
  if (address.kind === 'unix' || isLoopback(address)) return
  throw new P8aError(
    'unsupported',
    `Cannot use ${JSON.stringify(folder)} in place: host ${quote(name)} is at ${formatAddress(address)}, on another machine`,
    {
      hint: 'Push it without --link (in pods.yaml: without link): then its files are sent, and it is built there',
      facts: { remote: name, folder },
    },
  )
}
