// Keeps a pod that is a service: as many runs as are wanted, each begun anew when it ends.
import type { PodConfig } from '../../../protocol/config.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { PodState, PodStatus, Started, Stopped } from '../../../protocol/words.ts'
import { podState } from '../../lifecycle/public.ts'
import type { Slot } from '../../lifecycle/slot.ts'
import type { Slots } from '../../pod/slots.ts'
import { type RunRecord, readRecords } from '../../store/run-record.ts'
import type { Seams } from '../../system/seams.ts'
import { serviceFigures } from './figures.ts'
import type { Keeping, Pod, PodFigures, PodHost, Seen } from './keeping.ts'
import { outcome } from './outcome.ts'
import { reloadService, rollbackService } from './service-reload.ts'
import { sleepService } from './service-sleep.ts'
import { restartService, startService } from './service-start.ts'
import { runStatuses, serviceStatus } from './service-status.ts'
import { stopService } from './service-stop.ts'
import { noKill, stopServiceRun } from './service-stop-run.ts'
import { patienceOf, saidBy, serviceText } from './service-text.ts'
import { wakeService } from './service-wake.ts'

export class Service implements Keeping {
  readonly kind = 'service'
  readonly isDeployed = true
  #pod: Pod
  #slots: Slots
  #seams: Seams

  constructor(pod: Pod, slots: Slots, seams: Seams) {
    this.#pod = pod
    this.#slots = slots
    this.#seams = seams
  }

  get state(): PodState {
    if (this.#pod.unheld !== undefined) return 'error'
    const { wanted, told } = this.#slots
    const others: Slot[] = []
    for (const [number, slot] of told) if (number >= wanted.length) others.push(slot)
    const state = podState(wanted, others, patienceOf(this.#pod))
    return state === 'up' ? saidBy(this.#pod) : state
  }

  get isSettled(): boolean {
    return this.#pod.state !== 'waiting' || this.#pod.missing().length > 0
  }

  get desiredCount(): number {
    const { inForce, asleep } = this.#pod
    return inForce?.desired.want === 'up' && !asleep ? inForce.scale : 0
  }

  async start(host: PodHost, params: MethodParams<'pod.start'>): Promise<Started> {
    return await startService(host, this.#pod, params)
  }

  async wake(host: PodHost, params: MethodParams<'pod.wake'>): Promise<PodStatus> {
    return await wakeService(host, { pod: this.#pod, retry: () => this.#slots.retry() }, params)
  }

  async sleep(host: PodHost, params: MethodParams<'pod.sleep'>): Promise<PodStatus> {
    return await sleepService(host, this.#pod, params)
  }

  async stop(host: PodHost, params: MethodParams<'pod.stop'>): Promise<Stopped> {
    const drain = (ms: number) => this.#slots.drain([...this.#pod.runs.keys()], ms)
    return await stopService(host, { pod: this.#pod, drain, kill: () => this.#slots.kill() }, params)
  }

  async stopRun(host: PodHost, params: MethodParams<'pod.stop'> & { number: number }): Promise<Stopped> {
    if (params.kill) throw noKill(this.#pod, params.name)
    const of = { pod: this.#pod, slots: this.#slots, records: () => this.records() }
    return await stopServiceRun(host, of, params)
  }

  async restart(host: PodHost, params: MethodParams<'pod.restart'>): Promise<PodStatus> {
    return await restartService(host, this.#pod, params)
  }

  async reload(host: PodHost, params: MethodParams<'pod.reload'>): Promise<PodStatus> {
    return await reloadService(host, this.#pod, params)
  }

  async rollback(
    host: PodHost,
    params: MethodParams<'pod.rollback'>,
    check: (config: PodConfig) => void,
  ): Promise<PodStatus> {
    return await rollbackService(host, this.#pod, { ...params, check })
  }

  async onScaled(host: PodHost, { wait }: MethodParams<'pod.scale'>): Promise<PodStatus> {
    const pod = this.#pod
    // Runs beyond what is wanted now, which may be more than this verb asked for.
    const isSettled = () => ![...pod.runs.values()].some(live => live.slot >= (pod.inForce?.scale ?? 0))
    return await outcome(host, pod, { wait, isSettled })
  }

  async onVariables(host: PodHost, how: { wait: boolean; firstRun: number }): Promise<void> {
    await outcome(host, this.#pod, how)
  }

  /** One that still runs has no second one beside it. */
  async startDue(renew: () => Promise<void>): Promise<void> {
    if (!this.#pod.hasRuns) await renew()
  }

  status(host: Seen): PodStatus {
    return serviceStatus(host, this.#pod)
  }

  figures(): PodFigures {
    return serviceFigures(this.#pod)
  }

  text(host: Seen): string {
    return serviceText(host, this.#pod, { state: this.state, runs: runStatuses(host, this.#pod) })
  }

  async records(): Promise<RunRecord[]> {
    const { name } = this.#pod
    const { paths, log } = this.#seams
    const records = await readRecords(name, paths.pod(name), error => log.warn('files', error.message, { pod: name }))
    return records.map(({ record }) => record)
  }

  singly(): never {
    const { name } = this.#pod
    throw new P8aError('unsupported', `Cannot do that to one run of pod ${quote(name)}: it is not a script`, {
      hint: [
        { text: 'Stop, restart or scale the pod' },
        { text: 'to see its output', do: { verb: 'logs', args: [name] } },
      ],
      facts: { pod: name },
    })
  }

  /** Any pod may need a service. */
  refuseNeed(): void {}

  refuseGroup(): void {}

  notUp(name: string): P8aError {
    const { name: pod, state } = this.#pod
    return new P8aError('pod_not_up', `Cannot call pod ${quote(name)}: it is ${state}`, {
      hint: state === 'idle' ? { text: 'Start it first', do: { verb: 'start', args: [pod] } } : 'Wait until it is up',
      facts: { pod, status: state },
    })
  }

  async prune(): Promise<void> {
    await this.#slots.prune()
  }
}
