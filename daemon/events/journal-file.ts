// `events/<n>.jsonl`: a file of the journal. Its first line is what had been told before it, so that a host knows where to go on by the
// newest file alone; each further line is an event, the first of which has the number n.
import { readdirSync } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostEvent } from '../../protocol/events.ts'
import { openPlain } from '../system/plain-file.ts'
import { type Memory, nothingKnown } from './memory.ts'
import type { Facts } from './view.ts'

/** A line of an event. `mark`: what is wanted of its pod now, which no reader is told. */
export type Line = HostEvent & { mark?: Facts }

type Head = { v: 1; memory: Memory }

/** The numbers of the files, oldest first. */
export function filesIn(folder: string): number[] {
  return readdirSync(folder)
    .flatMap(name => /^([1-9]\d{0,15})\.jsonl$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

export function fileOf(folder: string, first: number): string {
  return join(folder, `${first}.jsonl`)
}

/** What a file says; undefined if its first line cannot be read. A line that is half written counts as none. */
export async function readWhole(file: string): Promise<{ memory: Memory; lines: Line[] } | undefined> {
  const handle = await openPlain(file)
  try {
    const [head = '', ...lines] = (await handle.readFile('utf8')).split('\n')
    const { v, memory } = (parsed(head) ?? {}) as Partial<Head>
    if (v !== 1 || !memory) return undefined
    return { memory: { ...nothingKnown, ...memory }, lines: lines.flatMap(line => lineOf(line) ?? []) }
  } finally {
    await handle.close()
  }
}

/** The events of a file in order, from a number on. */
export async function* linesFrom(file: string, from: number): AsyncGenerator<Line, void, undefined> {
  const handle = await openPlain(file)
  try {
    for await (const text of handle.readLines()) {
      // A reader that asks for page after page passes all of these each time.
      if (Number(/^\{"number":(\d+),/.exec(text)?.[1]) < from) continue
      const line = lineOf(text)
      if (line && line.number >= from) yield line
    }
  } finally {
    await handle.close().catch(() => {})
  }
}

function lineOf(text: string): Line | undefined {
  const line = parsed(text) as Partial<Line> | undefined
  return typeof line?.number === 'number' && typeof line.type === 'string' ? (line as Line) : undefined
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

export function headLine(memory: Memory): string {
  return `${JSON.stringify({ v: 1, memory } satisfies Head)}\n`
}

/** The files that are too many or too old; the newest always stays. @param all oldest first */
export async function filesToPrune(
  folder: string,
  all: readonly number[],
  { keep, oldestMs }: { keep: number; oldestMs: number },
): Promise<number[]> {
  const older = all.slice(0, -1)
  const tooMany = older.slice(0, Math.max(0, all.length - keep))
  const times = await Promise.all(older.map(first => stat(fileOf(folder, first)).catch(() => undefined)))
  const tooOld = older.filter((_, index) => (times[index]?.mtimeMs ?? Number.POSITIVE_INFINITY) < oldestMs)
  return [...new Set([...tooMany, ...tooOld])]
}

export async function removeFile(folder: string, first: number): Promise<void> {
  await rm(fileOf(folder, first), { force: true })
}

/** One that cannot be read is put aside. */
export async function putAside(folder: string, first: number): Promise<void> {
  await rename(fileOf(folder, first), `${fileOf(folder, first)}.broken`)
}
