// Does each verb in the host that its `path` names: the root's, or that of a host within it, whose owner may handle it.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Namespace } from '../tree/namespace.ts'
import type { Place } from '../tree/place.ts'
import type { Daemon } from './daemon.ts'
import { doHandled } from './handled/handled.ts'
import { verbs } from './table.ts'
import type { Caller, HostVerb } from './verb.ts'

/** Where hosts are found. */
type Found = { root: Place; get(path: string): Namespace }

export class Verbs {
  #hosts: Found
  #daemon: Daemon

  constructor(hosts: Found, daemon: Daemon) {
    this.#hosts = hosts
    this.#daemon = daemon
  }

  /** @throws {P8aError} `host_not_found`, and what the verb throws */
  async do<M extends HostVerb>(method: M, params: MethodParams<M>, caller: Caller<M>): Promise<MethodResults[M]> {
    const daemon = this.#daemon
    if (params.path === '') return await verbs[method]({ ...this.#hosts.root, daemon }, params, caller)
    return await doHandled({ namespace: this.#hosts.get(params.path), daemon }, { method, params, caller })
  }

  /** Does a verb for a host itself: past what its owner handles. @throws {P8aError} as {@link do} */
  async doOwn<M extends HostVerb>(method: M, params: MethodParams<M>, caller: Caller<M>): Promise<MethodResults[M]> {
    if (params.path === '') return await this.do(method, params, caller)
    return await this.doPast(this.#hosts.get(params.path), { method, params, caller })
  }

  /** Does a verb in a host within the root as the root does it, past what its owner handles. */
  async doPast<M extends HostVerb>(
    { path, seams, pods, files, sleepers, tenants }: Namespace,
    { method, params, caller }: { method: M; params: MethodParams<M>; caller: Caller<M> },
  ): Promise<MethodResults[M]> {
    return await verbs[method]({ path, seams, pods, files, sleepers, tenants, daemon: this.#daemon }, params, caller)
  }
}
