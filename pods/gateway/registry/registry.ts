// What all gateways that serve the same pods know together: who had something to do for a pod, and whose turn it is to start or stop it.

/** What a gateway has had for a pod. `requests`: those that keep it awake, ever. `open`: what is under way. `epoch`: as its status tells it. */
export type Activity = { pod: string; requests: number; open: number; sleepMs: number; epoch: number }

/**
 * The right to start or stop a pod, which nobody else has until it is released or its time is over. The host refuses whoever comes with an
 * older `epoch`; undefined: the registry is away, and nobody knows of a newer one.
 */
export type Lease = { epoch: number | undefined; release: () => Promise<void> }

export type Due = { pod: string; lease: Lease }

export interface Registry {
  /**
   * Takes what this gateway has had for the pods that are up and have a time to sleep after. A pod that it did not tell of the last time
   * begins its time anew.
   * @returns those that are to sleep now, and are this gateway's to put to sleep
   * @throws {Error} if the registry is away: then nothing is to be put to sleep
   */
  look(all: readonly Activity[]): Promise<Due[]>
  /**
   * Whether still nobody has had anything for a pod that was due, and whose hooks were waited for since.
   * @throws {Error} if the registry is away
   */
  isDue(activity: Activity): Promise<boolean>
  /**
   * The right to start a pod that is down.
   * @returns undefined if another gateway has it
   * @throws {Error} if the registry is away
   */
  lease(pod: string, epoch: number): Promise<Lease | undefined>
  close(): Promise<void>
}
