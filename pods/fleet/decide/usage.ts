// What a run uses, as the fleet is told it: coarse, and not each small change of it, since each is a value at the engine. Pure.
import type { Report } from '../records.ts'

/** Per cent of one core, and resident bytes. */
export type Used = { cpu: number; memory: number }

/** How far a value is from the one that was told before it is told anew: by this share of it, and by so much at least. */
const farShare = 0.2
const farCpu = 1
const farMemory = 1_000_000

/** CPU in halves of a per cent, memory in two digits. */
export function coarse({ cpu, memory }: Used): Used {
  return { cpu: Math.round(cpu * 2) / 2, memory: Number(memory.toPrecision(2)) }
}

/** What is asked of a report beside what its runs use. */
export function withoutUsage(report: Report): Report {
  return { ...report, runs: report.runs.map(({ cpu: _, memory: __, ...run }) => run) }
}

export type News = 'none' | 'first' | 'change'

/**
 * What a report tells of use that the one before it, of the same runs, did not.
 * @returns `first`: nothing was known of a run; `none` also where nothing is known of it now
 */
export function usageNews(before: Report, now: Report): News {
  const told = new Map(before.runs.map(run => [run.id, usedOf(run)]))
  const news = now.runs.map((run): News => {
    const [one, other] = [told.get(run.id), usedOf(run)]
    if (!other) return 'none'
    if (!one) return 'first'
    return isFar(one.cpu, other.cpu, farCpu) || isFar(one.memory, other.memory, farMemory) ? 'change' : 'none'
  })
  return news.find(one => one === 'first') ?? news.find(one => one === 'change') ?? 'none'
}

/** What is told of a run; undefined where nothing is known of it. */
export function usedOf({ cpu, memory }: Report['runs'][number]): Used | undefined {
  return typeof cpu === 'number' && typeof memory === 'number' ? { cpu, memory } : undefined
}

function isFar(told: number, now: number, least: number): boolean {
  return Math.abs(now - told) >= Math.max(least, farShare * Math.max(told, now))
}
