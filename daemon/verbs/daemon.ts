// The daemon as a whole, as far as its verbs tell of it or end it.
import type { HostInfo } from '../../protocol/words.ts'
import type { Hosts } from '../tree/hosts.ts'

export type Daemon = Pick<HostInfo, 'id' | 'version' | 'startedAt'> & {
  /** All hosts within it. */
  hosts: Pick<Hosts, 'all' | 'endRuns'>
  /** Where clients reach it. */
  doors(): Pick<HostInfo, 'addresses' | 'shellAddress' | 'fingerprint'>
  spares(): HostInfo['spares']
  /** Ends it once the answer is on its way. */
  stop(): void
}
