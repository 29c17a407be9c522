// The daemon as a whole, as far as its verbs tell of it or end it.
import type { PodChange } from '../../protocol/changes.ts'
import type { MethodResults } from '../../protocol/methods.ts'
import type { Asker } from '../../protocol/words.ts'
import type { HostInfo, UpgradeInfo } from '../../protocol/words-host.ts'
import type { Bounds } from '../bounds/bounds.ts'
import type { Journal } from '../events/journal.ts'
import type { Sleeps } from '../events/sleeps.ts'
import type { Hooks } from '../hooks/hooks.ts'
import type { Ports } from '../port/ports.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { UsageHistory } from './usage-history.ts'
import type { VitalSigns } from './vital-signs.ts'

/** The changes that one who watches is told of. */
export type Watching = {
  /** At least one; none once `signal` is aborted. @throws {P8aError} where it gets no more, and why */
  next(signal: AbortSignal): Promise<PodChange[]>
  end(): void
}

export type Daemon = Pick<HostInfo, 'id' | 'version' | 'startedAt' | 'startedWith'> & {
  /** All hosts within it. */
  hosts: Hosts
  /** Where clients reach it. */
  doors(): Pick<HostInfo, 'addresses' | 'reachableAt' | 'shellAddress' | 'fingerprint'>
  spares(): HostInfo['spares']
  /** What its pods used in the last hours. */
  usage: Pick<UsageHistory, 'of' | 'last' | 'everyMs' | 'isElsewhere'>
  /** How the processes of runs are. */
  vitals: Pick<VitalSigns, 'lagOf'>
  /** What its pods use now. */
  bounds: Pick<Bounds, 'memoryOf'>
  /** Those of the host at this path, and of the hosts within it. */
  metrics(path: string): Promise<MethodResults['host.metrics']>
  /** The sockets of pods. */
  ports: Pick<Ports, 'check' | 'cover' | 'settled'>
  /** What becomes of the pods of a host. */
  watch(asked: { path: string; within: boolean; hops: number; by: Asker }): Promise<Watching>
  /** What happened on it. */
  journal: Journal
  /** How long its pods have slept. */
  sleeps: Pick<Sleeps, 'until' | 'sinceMs'>
  /** Whom it tells of that. */
  hooks: Pick<Hooks, 'add' | 'known' | 'remove'>
  /** Ends it once the answer is on its way. */
  stop(): void
  /** Resolves once it is the host, and no upgrade can fail by its end any more. */
  settled(): Promise<void>
  upgrade: {
    readonly last: UpgradeInfo | undefined
    /** Lets another installation take its place. @throws {P8aError} `host_busy`, `file_not_found`, `upgrade_failed` */
    begin(to: { folder: string; node?: string | undefined }): Promise<UpgradeInfo>
  }
}
