// Which log files there are, and in what order those of one run belong together. It does not look into them.
import type { BigIntStats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isLink, isMissing } from '../system/plain-file.ts'

/** One file as it was when it was listed. */
export type LogFile = {
  readonly dir: string
  /** Its name; it changes when the file is rotated. */
  name: string
  /** The name that its series is written under: `7.log`. */
  readonly liveName: string
  /** Identifies the file, whatever its name is. */
  readonly id: string
  readonly size: number
  readonly mtimeMs: number
}

/** The files of one run, or of the host itself, oldest first: one after the other they are one log. */
export type LogSeries = {
  /** The pod and the number of its run; undefined for the host's own log. */
  of: { pod: string; run: number } | undefined
  files: LogFile[]
}

/** `7.log` and `7.log.2` belong to run 7, `host.log` and `host.log.1` to the host; other names are not logs. */
const namePattern = /^(\d{1,15}|host)\.log(?:\.(\d{1,15}))?$/

/** The names of pods that have a directory for logs, in order. */
export async function listPods(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(missingAsEmpty)
  return entries
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
}

/** The runs of a pod that have log files, in order of their numbers. */
export async function listRuns(dir: string, pod: string): Promise<LogSeries[]> {
  const folder = join(dir, pod)
  // What a link leads to is not our log, so it is neither read nor removed.
  if (await isLink(folder)) return []
  const bySeries = await listSeries(folder)
  bySeries.delete('host')
  return [...bySeries]
    .map(([run, files]) => ({ of: { pod, run: Number(run) }, files }))
    .sort((a, b) => a.of.run - b.of.run)
}

/** The host's own log. */
export async function listHost(dir: string): Promise<LogSeries> {
  const bySeries = await listSeries(dir, 'host')
  return { of: undefined, files: bySeries.get('host') ?? [] }
}

/**
 * Identifies a file beyond its name. The inode of a deleted file is soon used again, so the id includes the time of
 * birth.
 */
export function fileId(stats: BigIntStats): string {
  return `${stats.ino}:${stats.birthtimeNs}`
}

type Found = { series: string; name: string; rotation: number; file: LogFile }

/**
 * Reads the live files first and the names of the rotated ones after that. So a rotation in between shows a file twice,
 * which its id reveals, and never hides one.
 */
async function listSeries(dir: string, only?: string): Promise<Map<string, LogFile[]>> {
  const live = await lookAt(dir, { rotated: false, only })
  const rotated = await lookAt(dir, { rotated: true, only })
  const bySeries = new Map<string, LogFile[]>()
  const seen = new Set<string>()
  for (const { series, file } of [...rotated.sort((a, b) => a.rotation - b.rotation), ...live]) {
    if (seen.has(file.id)) continue
    seen.add(file.id)
    const files = bySeries.get(series)
    if (files) files.push(file)
    else bySeries.set(series, [file])
  }
  return bySeries
}

async function lookAt(dir: string, want: { rotated: boolean; only: string | undefined }): Promise<Found[]> {
  const found: Promise<Found | undefined>[] = []
  for (const name of await readdir(dir).catch(missingAsEmpty)) {
    const [, series, rotation] = namePattern.exec(name) ?? []
    if (series === undefined || (want.only ?? series) !== series) continue
    if ((rotation !== undefined) === want.rotated) found.push(find(dir, { name, series, rotation: Number(rotation) }))
  }
  return (await Promise.all(found)).filter(one => one !== undefined)
}

async function find(dir: string, named: Omit<Found, 'file'>): Promise<Found | undefined> {
  try {
    const stats = await lstat(join(dir, named.name), { bigint: true })
    if (!stats.isFile()) return undefined
    const file: LogFile = {
      dir,
      name: named.name,
      liveName: `${named.series}.log`,
      id: fileId(stats),
      size: Number(stats.size),
      mtimeMs: Number(stats.mtimeMs),
    }
    return { ...named, file }
  } catch (error) {
    // Retention may take a file at any time.
    if (isMissing(error)) return undefined
    throw error
  }
}

function missingAsEmpty(error: unknown): [] {
  if (isMissing(error)) return []
  throw error
}
