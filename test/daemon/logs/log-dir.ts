// A directory of logs for a test, removed when the test is over.
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { LogEntry } from '../../../protocol/words.ts'
import { scratch } from '../../scratch.ts'

export class LogDir {
  readonly #scratch = scratch()
  readonly dir = this.#scratch.dir
  readonly path = this.#scratch.path;

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]()
  }

  /** Writes a file, such as `web/1.log`, in the place of what was there. */
  async write(name: string, content: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true })
    await writeFile(this.path(name), content)
  }

  async append(name: string, content: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true })
    await appendFile(this.path(name), content)
  }
}

/** A time in the tests' one minute, by a number that may grow without end: its text grows with it. */
export function time(at: number): string {
  return `2026-11-20T10:00:${String(Math.floor(at / 1e9)).padStart(2, '0')}.${String(at % 1e9).padStart(9, '0')}Z`
}

/** A line of a run's log: `out(5, 'text')`, and a part of one that goes on. */
export const out = (at: number, text: string) => `${time(at)} stdout F ${text}\n`
export const outPart = (at: number, text: string) => `${time(at)} stdout P ${text}\n`
export const err = (at: number, text: string) => `${time(at)} stderr F ${text}\n`
export const errPart = (at: number, text: string) => `${time(at)} stderr P ${text}\n`

/** A line of the host's log. Its times have milliseconds. */
export const host = (atMs: number, fields: Record<string, unknown>) =>
  `${JSON.stringify({ level: 30, time: `${time(atMs * 1e6).slice(0, 23)}Z`, ...fields })}\n`

/** All entries of a reading. */
export async function all(batches: AsyncIterable<LogEntry[]>): Promise<LogEntry[]> {
  const entries: LogEntry[] = []
  for await (const batch of batches) {
    for (const entry of batch) entries.push(entry)
  }
  return entries
}

export async function texts(batches: AsyncIterable<LogEntry[]>): Promise<string[]> {
  return (await all(batches)).map(({ text }) => text)
}
