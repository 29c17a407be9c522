// What a config stands for: its defaults, what of it a process is begun with, and what becomes of it with the options of a start.
import type { PodConfig } from './config.ts'

/** A config with every default filled in: the lifecycle uses this. */
export type Policy = {
  /** Default `always`, for a pod with a schedule `on-failure`. */
  restart: 'always' | 'on-failure' | 'never'
  /** How many attempts in a row may fail before the pod is `error`; attempts go on. Default 5. */
  retries: number
  /** After how many failed attempts in a row there is no further one. Default: `Infinity`. */
  giveUpAfter: number
  /** After how long without anything going on it is put to sleep. Default 0: never. */
  sleepMs: number
  /** How long a run may take to be up. Default 30 s. */
  startTimeoutMs: number
  /** How long `cleanup`, and then SIGTERM, may each take. Default 10 s. */
  stopTimeoutMs: number
  /** How long a run that is replaced, or one too many, may take to finish what it has. */
  drainTimeoutMs: number
  /** When a run whose default export has not returned is asked whether it is up. Default 3 s. */
  readyAfterMs: number
  /** How long a run must have been up for its end to count as a first failure again. Default 2 s. */
  minUptimeMs: number
  /**
   * How often a run that is up is checked (default 10 s), how long it may take (5 s), how many in a row may fail (2). `isOutside`: its host makes
   * one, and a run is up once it has passed that.
   */
  check: { intervalMs: number; timeoutMs: number; failures: number; isOutside: boolean }
}

/** The policy that `config` stands for. */
export function policyOf(config: PodConfig): Policy {
  const retries = config.retries ?? 5
  const giveUp = giveUpAfter(config.giveUp ?? 'never')
  const sleepMs = config.sleep ?? 0
  return {
    restart: config.restart ?? (config.schedule ? 'on-failure' : 'always'),
    retries,
    // One that is woken when it is needed is not tried again until then.
    giveUpAfter: sleepMs > 0 ? Math.min(giveUp, retries) : giveUp,
    sleepMs,
    startTimeoutMs: config.startTimeout ?? 30_000,
    stopTimeoutMs: config.stopTimeout ?? 10_000,
    drainTimeoutMs: config.drainTimeout ?? 30_000,
    readyAfterMs: config.readyAfter ?? 3000,
    minUptimeMs: config.minUptime ?? 2000,
    check: {
      intervalMs: Math.max(config.check?.interval ?? 10_000, 10),
      timeoutMs: config.check?.timeout ?? 5000,
      failures: config.check?.failures ?? 2,
      isOutside: (['tcp', 'http', 'command'] as const).some(kind => config.check?.[kind] !== undefined),
    },
  }
}

/** Whether something wakes a pod that sleeps: whoever connects to its ports, or an item of its queue. */
export function hasWaker({ listen, kind }: PodConfig): boolean {
  return listen !== undefined || kind === 'worker'
}

function giveUpAfter(giveUp: string): number {
  return giveUp === 'never' ? Number.POSITIVE_INFINITY : Number(giveUp.replace('after ', ''))
}

/** `base` with the members of `over`: how the options of a start change the pod's own config. */
export function mergeConfig(base: PodConfig, over: PodConfig): PodConfig {
  return {
    ...base,
    ...over,
    ...(base.check || over.check ? { check: { ...base.check, ...over.check } } : {}),
    ...(base.limits || over.limits ? { limits: { ...base.limits, ...over.limits } } : {}),
    ...(base.env || over.env ? { env: { ...base.env, ...over.env } } : {}),
    ...(base.labels || over.labels ? { labels: { ...base.labels, ...over.labels } } : {}),
  }
}

/** What the host looks up when it needs it: no process is begun with it, and a change of it is in force at once. */
export const lookedUp: readonly string[] = [
  ...(['labels', 'may', 'sleep', 'route', 'schedule', 'needs', 'scale', 'single', 'on', 'exclusive'] as const),
  ...(['restart', 'retries', 'giveUp', 'minUptime', 'check', 'stopSignal', 'stopTo'] as const),
  ...(['startTimeout', 'stopTimeout', 'drainTimeout', 'readyAfter'] as const),
  ...(['min', 'max', 'growAt', 'shrinkAfter', 'concurrency', 'queueLimit', 'producerLimit'] as const),
  ...(['itemRetries', 'itemBackoff', 'itemTimeout'] as const),
] satisfies (keyof PodConfig)[]

/** What of a policy a process is begun with. */
export function begunWith(config: PodConfig): PodConfig {
  const { limits = {}, ...rest } = config
  // The host looks at these every now and then.
  const { memory: _, memoryMax: __, processes: ___, cpu: ____, storage: _____, ...kept } = limits
  const entries = Object.entries(rest).filter(([key]) => !lookedUp.includes(key))
  return { ...Object.fromEntries(entries), ...(Object.keys(kept).length > 0 && { limits: kept }) }
}
