// Brings reloads to their end: once all slots of a pod are as its reload says, that is what is wanted of it; if the run of one did
// not come up, they go back. Also for a reload that an earlier host had begun.
import { type Desired, reloaded, withoutReload } from '../store/desired.ts'
import type { Seams } from '../system/seams.ts'
import type { PodSupervisor } from './supervisor.ts'

/** When it is tried again to save what a reload has come to. */
const saveAgainMs = 2000

/** What it needs of the pods: changes what is wanted of one. */
export type ReloadsOwner = { change(name: string, edit: (desired: Desired) => Desired): Promise<void> }

export class Reloads {
  #seams: Pick<Seams, 'log'>
  #owner: ReloadsOwner
  /** The reloads whose outcome is being saved, by pod. */
  #saving = new Set<string>()

  constructor(seams: Pick<Seams, 'log'>, owner: ReloadsOwner) {
    this.#seams = seams
    this.#owner = owner
  }

  /** Something of a pod may have changed: its reload may have come to something. */
  look(supervisor: PodSupervisor): void {
    const { name, reloadOutcome, inForce } = supervisor
    const { reload } = inForce?.desired ?? {}
    if (!reload || reloadOutcome?.of !== reload.generation || this.#saving.has(name)) return
    if ((reload.isBack ?? false) !== reloadOutcome.wasBack) return
    this.#saving.add(name)
    void this.#settle(supervisor)
  }

  async #settle(supervisor: PodSupervisor): Promise<void> {
    const { name, reloadOutcome: outcome } = supervisor
    // What was told meanwhile is looked at then.
    const lookAgain = () => {
      this.#saving.delete(name)
      this.look(supervisor)
    }
    try {
      await this.#owner.change(name, desired => {
        const { reload } = desired
        if (!reload || !outcome || reload.generation !== outcome.of) return desired
        // Where not even what was there before comes up, the pod is begun anew as it was, with attempts and delays.
        if (reload.isBack) return withoutReload(desired)
        return outcome.end ? { ...desired, reload: { ...reload, isBack: true } } : reloaded(desired)
      })
      lookAgain()
    } catch (error) {
      this.#seams.log.error('verb', 'What a reload has come to could not be saved', { pod: name, err: error })
      setTimeout(lookAgain, saveAgainMs).unref()
    }
  }
}
