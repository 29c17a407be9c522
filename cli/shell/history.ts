// The lines that were typed at the prompt, kept in a file of the user's config folder for the next time.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { configDir } from '../remote/config-file.ts'

/** How many lines are kept. */
export const maxHistoryLines = 1000

export function historyFile(): string {
  return join(configDir(), 'shell-history')
}

/** The lines, the newest first. */
export function readHistory(): string[] {
  try {
    const lines = readFileSync(historyFile(), 'utf8').split('\n').filter(Boolean)
    const kept = lines.slice(-maxHistoryLines)
    // Two shells may append to the file at the same time, so it is shortened only here, when it has grown to twice its
    // size.
    if (lines.length > 2 * maxHistoryLines) writeFileSync(historyFile(), `${kept.join('\n')}\n`, { mode: 0o600 })
    return kept.reverse()
  } catch {
    // There is no file yet, or none that we may read: the shell works without a history.
    return []
  }
}

/** Keeps a line. One that begins with a blank is not kept, so that a secret may be typed. */
export function keepLine(line: string): void {
  if (line.trim() === '' || line.startsWith(' ')) return
  try {
    mkdirSync(dirname(historyFile()), { recursive: true, mode: 0o700 })
    appendFileSync(historyFile(), `${line}\n`, { mode: 0o600 })
  } catch {
    // A full disk or a folder that is not ours must not end the shell.
  }
}
