// Takes up the log of a run whose keeper is gone: how far its raw files were folded, and how often its log was rotated.
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { StreamName } from '../../protocol/cri.ts'
import type { LogAssignment, RawPosition } from '../../protocol/run-log.ts'

/**
 * How much of each raw file is in the log already: see {@link RawPosition}. Read before anything is written there.
 * @throws the system's error where that cannot be read now
 */
export function foldedSoFar({ file, raw }: Pick<LogAssignment, 'file' | 'raw'>): Record<StreamName, number> {
  return { stdout: foldedUpTo(raw.stdout, file), stderr: foldedUpTo(raw.stderr, file) }
}

function foldedUpTo(raw: string, log: string): number {
  const position = readPosition(`${raw}.at`)
  const live = lstatSync(log, { throwIfNoEntry: false })
  if (!position || !live) return 0
  const wasWritten = live.ino !== position.inode || live.size > position.size
  return wasWritten ? position.to : position.from
}

/**
 * Undefined where nothing was folded yet: there is no note, or half of one, which is written before the first fold.
 * @throws the system's error where it cannot be read now: all output would come twice
 */
function readPosition(note: string): RawPosition | undefined {
  let text: string
  try {
    text = readFileSync(note, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text) as RawPosition
  } catch {
    return undefined
  }
}

/** How often the log was rotated: its files are `<log>.1`, `<log>.2`, and so on. */
export function rotationsOf(log: string): number {
  const head = `${basename(log)}.`
  const numbers = readdirSync(dirname(log)).flatMap(name =>
    name.startsWith(head) && /^\d+$/.test(name.slice(head.length)) ? [Number(name.slice(head.length))] : [],
  )
  return Math.max(0, ...numbers)
}
