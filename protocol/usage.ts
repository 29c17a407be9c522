// What pods use over time, as `pod.usage` tells it. Only types.

/**
 * Per cent of one core and resident bytes at that time; left out where nothing ran. `requests`: a second, through gateways. `lagMs`: by
 * how much event loops were late (p99 of the latest run), measured while somebody asks for it.
 */
export type UsagePoint = { at: string; cpu?: number; memory?: number; requests?: number; lagMs?: number }

/** What a pod uses now; of one that has several processes, also what each does. */
export type PodUsage = { path: string; name: string; cpu: number; memory: number; processes?: ProcessUsage[] }
export type ProcessUsage = { pid: number; cpu: number; memory: number }

/** `everyMs`: how often it is measured; 0: never. The oldest point comes first. `pods`: what each used last, if that was asked for. */
export type UsageInfo = { everyMs: number; points: UsagePoint[]; pods?: PodUsage[] }
