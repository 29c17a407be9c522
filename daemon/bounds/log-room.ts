// How much the log of one run of a pod may take: the files of all its runs have one bound together.
import type { Limits } from '../../protocol/bounds.ts'
import type { Settings } from '../../protocol/settings.ts'

/** A log consists of so many files at least: the oldest goes as a whole. */
const leastFiles = 4

type Room = { maxFileBytes: number; maxTotalBytes: number }

/** @param options.runs how many runs share it */
export function logRoom(
  { logFileBytes, logPodBytes }: Pick<Settings, 'logFileBytes' | 'logPodBytes'>,
  { logs }: Pick<Limits, 'logs'> = {},
  { runs = 1 }: { runs?: number } = {},
): Room {
  if (logs === undefined) return { maxFileBytes: logFileBytes, maxTotalBytes: logPodBytes }
  const maxTotalBytes = Math.floor(Math.min(logs, logPodBytes) / Math.max(1, runs))
  return { maxFileBytes: Math.min(logFileBytes, Math.floor(maxTotalBytes / leastFiles)), maxTotalBytes }
}
