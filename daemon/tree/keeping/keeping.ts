// What keeps the runs of a pod, of a service or of a script: the one type behind which the two stand. Whoever has a pod asks this;
// which of the two it is is decided once, where a pod is put in force. What one of them cannot do it answers with its own error.
import type { PodConfig } from '../../../protocol/config.ts'
import type { Membership } from '../../../protocol/group.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import type { PodKind, PodState, PodStatus, PortStatus, RunEnd, Started, Stopped } from '../../../protocol/words.ts'
import type { Beside } from '../../lifecycle/seat.ts'
import type { Slot } from '../../lifecycle/slot.ts'
import type { InForce } from '../../pod/in-force.ts'
import type { LiveRun } from '../../pod/live-run.ts'
import type { ReloadOutcome } from '../../pod/rolling.ts'
import type { ScriptRuns } from '../../script/script-runs.ts'
import type { Asleep } from '../../store/asleep-file.ts'
import type { Desired } from '../../store/desired.ts'
import type { RunRecord } from '../../store/run-record.ts'
import type { Clock } from '../../system/clock.ts'
import type { Seams } from '../../system/seams.ts'

export type Keeping = {
  readonly kind: PodKind
  readonly state: PodState
  /** Whether it is as it should be, or says why not. */
  readonly isSettled: boolean
  /** Whether its runs go on, so that a new version or new settings have to be brought to them: by a deploy, which is noted. */
  readonly isDeployed: boolean
  /** How many runs there are to be at any time, as it is desired. */
  readonly desiredCount: number
  /** Begins it as it is asked for. @throws {P8aError} as `pod.start` */
  start(host: PodHost, params: MethodParams<'pod.start'>): Promise<Started>
  /** Sees to it that it is up, whoever else asks for that. @throws {P8aError} as `pod.wake` */
  wake(host: PodHost, params: MethodParams<'pod.wake'>): Promise<PodStatus>
  /** Puts it to sleep. @throws {P8aError} as `pod.sleep` */
  sleep(host: PodHost, params: MethodParams<'pod.sleep'>): Promise<PodStatus>
  /** Ends all of its runs. @throws {P8aError} as `pod.stop` */
  stop(host: PodHost, params: MethodParams<'pod.stop'>): Promise<Stopped>
  /** Ends one run. @throws {P8aError} `run_not_found` */
  stopRun(host: PodHost, params: MethodParams<'pod.stop'> & { number: number }): Promise<Stopped>
  /** Ends all of its runs and begins them anew. @throws {P8aError} as `pod.restart` */
  restart(host: PodHost, params: MethodParams<'pod.restart'>): Promise<PodStatus>
  /** Lets another run take the place of each, once it is up. @throws {P8aError} as `pod.reload` */
  reload(host: PodHost, params: MethodParams<'pod.reload'>): Promise<PodStatus>
  /** Reloads it to what was up before. @param check may refuse the config of then @throws {P8aError} as `pod.rollback` */
  rollback(host: PodHost, params: MethodParams<'pod.rollback'>, check: (config: PodConfig) => void): Promise<PodStatus>
  /** What it takes for a new scale, which is in force, to be so. @throws {P8aError} as `pod.scale` */
  onScaled(host: PodHost, params: MethodParams<'pod.scale'>): Promise<PodStatus>
  /**
   * Waits for what its new variables, which are in force, lead to.
   * @param how.firstRun the number of the first run that they may lead to @throws {P8aError} `start_failed`
   */
  onVariables(host: PodHost, how: { wait: boolean; firstRun: number }): Promise<void>
  /** Begins it since its schedule says so. @param renew begins a service anew, as it was started */
  startDue(renew: () => Promise<void>): Promise<void>
  /** Without its usage of cpu and memory. */
  status(host: Seen): PodStatus
  /** What of it is counted. */
  figures(): PodFigures
  /** What it says of itself, or what is being waited for. */
  text(host: Seen): string
  /** What is recorded of its runs, newest first. */
  records(): Promise<RunRecord[]>
  /** Its runs, where they are handled one by one. @throws {P8aError} `unsupported` for a service */
  singly(): ScriptRuns
  /** @throws {P8aError} `start_failed` where no pod can need it: it is never up */
  refuseNeed(by: string): void
  /** @throws {P8aError} `unsupported` where it can be in no group: nobody calls it */
  refuseGroup(group: string): void
  /** Why nothing can be called under `name`. */
  notUp(name: string): Error
  /** Removes records and logs beyond what is kept. */
  prune(): Promise<void>
}

/**
 * What of a pod is counted.
 * @property ports how many sockets are held for it
 */
export type PodFigures = Pick<PodStatus, 'kind' | 'status' | 'want' | 'scale' | 'up' | 'version'> & {
  isAsleep: boolean
  ports: number
  /** Slots of a service whose attempts have failed too often. */
  failed?: number
  /** Runs of a script that wait for their turn. */
  queued?: number
  processes: { pid: number; slot: number }[]
}

/** A pod, as far as what keeps its runs has to know it. */
export type Pod = {
  readonly name: string
  readonly inForce: InForce | undefined
  readonly keeping: Keeping
  readonly problem: string | undefined
  /** When its schedule starts it next. */
  readonly nextAt: string | undefined
  /** Those of its needs that are not up. */
  readonly missing: () => readonly string[]
  /** The groups that it is in. */
  readonly groups: () => readonly Membership[]
  /** The number of its newest run; 0 where there was none. */
  readonly lastNumber: number
  /** Of a service: its slots, what is beside them while they are reloaded, and the runs that have, or may have, a process. */
  readonly slots: ReadonlyMap<number, Slot>
  /** Its slots as everyone is told: a run that has ended is there until its output is complete. */
  readonly told: ReadonlyMap<number, Slot>
  readonly toldBeside: ReadonlyMap<number, Beside>
  readonly beside: ReadonlyMap<number, Beside>
  readonly runs: ReadonlyMap<number, LiveRun>
  /** The sockets that are held for it. */
  readonly ports: PortStatus[]
  /** What its last reload has come to. */
  readonly reloadOutcome: ReloadOutcome | undefined
  readonly state: PodState
  /** Since when it sleeps: it is wanted, and none of its runs is. */
  readonly asleep: Asleep | undefined
  /** In which epoch it was put to sleep or woken last; 0 where nobody said one. */
  readonly epoch: number
  /** Why whoever connects does not wake it, though it sleeps. */
  readonly unheld: string | undefined
  /** How many of its runs ended since they went beyond a limit, as far as that is recorded. */
  readonly overLimit: number
  readonly isWanted: boolean
  readonly hasRuns: boolean
  until(isTrue: () => boolean): Promise<void>
  collectEnds(work: () => Promise<void>): Promise<RunEnd[]>
}

/** What of a host a status says. */
export type Seen = { path: string; seams: { clock: Clock } }

/** The host of a pod, as far as what keeps its runs has to know it. */
export type PodHost = {
  path: string
  seams: Seams
  find(name: string): Pod | undefined
  /**
   * Changes what is wanted of a pod: saved first, then in force. `edit` may throw to refuse.
   * @param options.needsRoom false: on a full disk it is in force all the same, and saved once there is room
   * @throws {P8aError} `pod_not_found` where another pod has the name by now; `state_broken`, `no_space`, `save_failed`
   */
  change(
    pod: Pod,
    edit: (desired: Desired) => Desired | Promise<Desired>,
    options?: { needsRoom?: boolean },
  ): Promise<void>
  /** The config that would be in force of it. */
  configOf(pod: Pick<Pod, 'name'>, desired: Desired): Promise<PodConfig>
  /** With what the profiles say now that it names. @throws {P8aError} `profile_not_found`, `bad_config`, `state_broken` */
  profiled(pod: Pick<Pod, 'name'>, desired: Desired): Promise<Desired>
  /**
   * Whether the pod could have the sockets that it would want.
   * @throws {P8aError} `port_taken`, `route_taken`, with whoever has it; `start_failed` where nobody can listen; `bad_config` where
   *   it is to sleep, and has no port
   */
  checkReach(pod: Pod, desired: Desired): Promise<void>
  /** Wakes it, if it sleeps. */
  wake(pod: Pod): void
  /**
   * It sleeps from now on, for as long as that generation of it is wanted.
   * @param options.needsRoom false: on a full disk it sleeps all the same, and that is saved once there is room
   * @throws {P8aError} `no_space`, `save_failed`
   */
  putToSleep(pod: Pod, options: { generation: number; needsRoom: boolean }): Promise<void>
  /** The pods that are awake and need it. */
  awakeWith(pod: Pod): string[]
  /** Resolves once the sockets of a pod are as its runs want them: closed, once the last one is over. */
  portsSettled(pod: Pod): Promise<void>
  /** As `portsSettled`, of one that sleeps: its sockets outlive the process that holds them, or cannot now. */
  portsCovered(pod: Pod): Promise<void>
  /** Ends what needs a pod, before that ends. @returns what lets it run again */
  holdDependents(pod: Pod): Promise<() => Promise<void>>
  /** Ends what runs in the hosts of a pod, before that ends. @returns what lets it run again */
  holdHosts(pod: Pod): Promise<() => Promise<void>>
}
