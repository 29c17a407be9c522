// Whether a host is ready: all pods that an earlier host left are taken over, and what should be up is, or says why it is not.
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import type { Kept } from './kept.ts'

export class Readiness {
  #kept: { root: Pick<Place, 'pods'>; hosts: { all(): Pick<Place, 'pods'>[] } }
  #at: 'beginning' | 'settling' | 'ready' | 'leaving' = 'beginning'

  constructor(kept: Pick<Kept, 'root' | 'hosts'>) {
    this.#kept = kept
  }

  /** Every pod is being brought to what is wanted of it. */
  begin(): void {
    this.#at = 'settling'
  }

  /** The host leaves, and nobody should begin to ask it. */
  leave(): void {
    this.#at = 'leaving'
  }

  /** Once it is ready it stays so: a pod that is restarted later does not make the host less ready. */
  get isReady(): boolean {
    if (this.#at === 'settling' && this.#supervisors().every(({ keeping }) => keeping.isSettled)) this.#at = 'ready'
    return this.#at === 'ready'
  }

  #supervisors(): PodSupervisor[] {
    const { root, hosts } = this.#kept
    return [root, ...hosts.all()].flatMap(({ pods }) => pods.all().map(({ supervisor }) => supervisor))
  }
}
