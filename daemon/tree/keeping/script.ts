// Keeps a pod that is a script: a run for each start, none that is kept up by itself.
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { PodState, PodStatus, Started, Stopped } from '../../../protocol/words.ts'
import type { ScriptRuns } from '../../script/script-runs.ts'
import { startOf } from '../../script/start.ts'
import type { RunRecord } from '../../store/run-record.ts'
import { wholeStatusOf } from '../pod-status.ts'
import { scriptFigures } from './figures.ts'
import type { Keeping, Pod, PodFigures, PodHost, Seen } from './keeping.ts'
import { keptUp } from './kept-up.ts'
import { scheduleScript, startScript } from './script-start.ts'
import { scriptStatus } from './script-status.ts'
import { stopScript, stopScriptRun } from './script-stop.ts'
import { noNeed } from './start-needs.ts'

export class Script implements Keeping {
  readonly kind = 'script'
  /** One that runs or waits is as it should be. */
  readonly isSettled = true
  readonly isDeployed = false
  readonly desiredCount = 0
  #pod: Pod
  #runs: ScriptRuns

  constructor(pod: Pod, runs: ScriptRuns) {
    this.#pod = pod
    this.#runs = runs
  }

  get state(): PodState {
    return this.#runs.state
  }

  async start(host: PodHost, params: MethodParams<'pod.start'>): Promise<Started> {
    const of = { pod: this.#pod, runs: this.#runs }
    return params.config.schedule ? await scheduleScript(host, of, params) : await startScript(host, of, params)
  }

  async stop(host: PodHost, params: MethodParams<'pod.stop'>): Promise<Stopped> {
    return await stopScript(host, { pod: this.#pod, runs: this.#runs }, params)
  }

  async stopRun(host: PodHost, params: MethodParams<'pod.stop'> & { number: number }): Promise<Stopped> {
    return await stopScriptRun(host, { pod: this.#pod, runs: this.#runs }, params)
  }

  async wake(): Promise<never> {
    throw this.#isEachItsOwn('wake')
  }

  async restart(): Promise<never> {
    throw this.#isEachItsOwn('restart')
  }

  async sleep(): Promise<never> {
    throw this.#isEachItsOwn('put to sleep')
  }

  async reload(): Promise<never> {
    throw this.#isEachItsOwn('reload')
  }

  async rollback(): Promise<never> {
    throw this.#isEachItsOwn('roll back')
  }

  async onScaled(host: PodHost): Promise<PodStatus> {
    this.#runs.onCapChanged()
    return wholeStatusOf(host, this.#pod)
  }

  /** Those who run keep theirs. */
  async onVariables(): Promise<void> {}

  /** As it was started when it got its schedule. */
  async startDue(): Promise<void> {
    const { desired } = this.#pod.inForce ?? {}
    if (!desired) return
    const { params, args = [], config } = desired
    const env = { ...config.env, ...desired.env }
    await this.#runs.start(startOf({ ...config, env }, { params, args, stdin: undefined }))
  }

  status(host: Seen): PodStatus {
    return scriptStatus(host, this.#pod, this.#runs)
  }

  figures(): PodFigures {
    return scriptFigures(this.#pod, this.#runs)
  }

  text(host: Seen): string {
    return this.status(host).text
  }

  async records(): Promise<RunRecord[]> {
    return this.#runs.records
  }

  singly(): ScriptRuns {
    return this.#runs
  }

  refuseNeed(by: string): never {
    throw noNeed(by, { need: this.#pod.name, why: 'that is a script, which is never up' })
  }

  refuseGroup(group: string): never {
    const { name: pod } = this.#pod
    throw new P8aError('unsupported', `Cannot put ${quote(pod)} into group ${quote(group)}: it is a script`, {
      facts: { pod },
    })
  }

  notUp(name: string): P8aError {
    const { name: pod } = this.#pod
    return new P8aError('pod_not_up', `Cannot call pod ${quote(name)}: it is a script, which has no functions`, {
      hint: { text: 'Run it', do: { verb: 'start', args: [pod], options: { wait: true } } },
      facts: { pod },
    })
  }

  async prune(): Promise<void> {
    await this.#runs.prune()
  }

  #isEachItsOwn(verb: string): P8aError {
    const { name } = this.#pod
    return new P8aError(
      'unsupported',
      `Cannot ${verb} pod ${quote(name)}: each start of a script is a run of its own`,
      {
        hint: [{ text: 'Start it', do: { verb: 'start', args: [name] } }, keptUp],
        facts: { pod: name },
      },
    )
  }
}
