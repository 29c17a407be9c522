// Which entries a query asks for. It looks at one entry at a time and at no file.

import { runId } from '../../protocol/names.ts'
import { withoutPassword } from '../../protocol/secret.ts'
import type { LogEntry } from '../../protocol/words.ts'
import type { LogQuery } from './log-query.ts'

/** Returns the entries that match the query by source, time and tags. */
export type EntryFilter = (entries: LogEntry[]) => LogEntry[]

export function entryFilter({ pod, run, tags, grep, since, until }: LogQuery): EntryFilter {
  const tests: ((entry: LogEntry) => boolean)[] = []
  if (since !== undefined) tests.push(entry => entry.time >= since)
  if (until !== undefined) tests.push(entry => entry.time < until)
  if (pod !== undefined) tests.push(entry => entry.pod === pod)
  if (pod !== undefined && run !== undefined) {
    const id = runId(pod, run)
    tests.push(entry => entry.run === id)
  }
  if (tags !== undefined) {
    const wanted = new Set(tags)
    tests.push(entry => wanted.has(entry.source) || entry.tags.some(tag => wanted.has(tag)))
  }
  if (grep !== undefined) {
    const wanted = grep.toLowerCase()
    tests.push(entry => shownText(entry).toLowerCase().includes(wanted))
  }
  if (tests.length === 0) return entries => entries
  return entries => entries.filter(entry => tests.every(test => test(entry)))
}

/** A search must not find what the host hides in its own lines from those who may only look. */
function shownText({ source, text }: LogEntry): string {
  return source === 'host' ? String(withoutPassword(text)) : text
}
