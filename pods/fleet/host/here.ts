// The pods of the fleet that this host has: as the watch of its root tells them, which costs nothing and may be a moment old, and as they are
// now, which the root is asked for.
import type { P8a, PodStatus } from 'p8a'
import type { Report } from '../records.ts'

/** `turn/version` of the last start: a pod without it is not the fleet's. */
export const fleetLabel = 'p8a/fleet'

export type HereOptions = {
  p8a: Pick<P8a, 'verbs'>
  /** The path of the namespace in which the pods are. */
  path: string
  /** What the watch has told; undefined before it has told all. */
  told: () => ReadonlyMap<string, PodStatus> | undefined
}

export class Here {
  #options: HereOptions

  constructor(options: HereOptions) {
    this.#options = options
  }

  get isTold(): boolean {
    return this.#options.told() !== undefined
  }

  told(name: string): PodStatus | undefined {
    return ofFleet(this.#options.told()?.get(name))
  }

  allTold(): PodStatus[] {
    return [...(this.#options.told()?.values() ?? [])].filter(ofFleet)
  }

  async now(name: string): Promise<PodStatus | undefined> {
    const { p8a, path } = this.#options
    const status = await p8a.verbs.status(name, { path }).catch(error => {
      if ((error as { code?: string }).code === 'pod_not_found') return undefined
      throw error
    })
    return ofFleet(status)
  }

  async allNow(): Promise<PodStatus[]> {
    const { p8a, path } = this.#options
    return (await p8a.verbs.list({ path })).filter(ofFleet)
  }
}

const ofFleet = (status: PodStatus | undefined): PodStatus | undefined =>
  status?.labels[fleetLabel] === undefined ? undefined : status

/** The turn and version of the last start. */
export const turnOf = ({ labels }: PodStatus): number[] => (labels[fleetLabel] ?? '0/0').split('/').map(Number)

export const isDown = (status: PodStatus): boolean =>
  status.runs.length === 0 && (status.status === 'error' || status.status === 'idle')

/** Its queue says how many runs it has. */
export const isWorker = ({ config }: PodStatus): boolean => config.kind === 'worker'

/** Something of it is up, or is to be. */
export const isLive = ({ want, runs }: PodStatus): boolean => want === 'up' || runs.length > 0

export function reportOf(status: PodStatus): Report {
  const [turn = 0, version = 0] = turnOf(status)
  const runs = status.runs.map(({ id, slot, state, pid, startedAt, upAt }) => ({
    ...{ id, slot, state, pid, startedAt },
    ...(upAt !== undefined && { upAt }),
  }))
  const { cause, retryAt, asleepSince, config } = status
  return {
    status: status.status,
    text: status.text,
    turn,
    version,
    up: status.up,
    restarts: status.restarts,
    ...(isWorker(status) && {
      isEnough: status.status === 'up' || status.asleepSince !== undefined,
      scale: status.scale,
    }),
    failed: '',
    ...(cause && { cause }),
    ...(retryAt !== undefined && { retryAt }),
    ...(asleepSince !== undefined && { asleepSince }),
    runs: isLive(status) ? runs : [],
    ...(config.listen !== undefined && { routes: config.route ?? [] }),
  }
}
