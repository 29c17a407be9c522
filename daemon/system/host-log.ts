// The host's own log: one JSON a line, with a tag and a time, in `logs/host.log`.
import { lstatSync } from 'node:fs'
import { rename, stat } from 'node:fs/promises'
import pino from 'pino'
import { P8aError } from '../../protocol/errors.ts'

/** What the host's lines are about; `pod logs --tag` finds them. */
export type LogTag =
  | 'host'
  | 'verb'
  | 'run'
  | 'script'
  | 'spare'
  | 'adopt'
  | 'files'
  | 'link'
  | 'client'
  | 'shell'
  | 'bug'

type Facts = { pod?: string; run?: string; err?: unknown } & Record<string, unknown>

export type HostLog = {
  info(tag: LogTag, message: string, facts?: Facts): void
  warn(tag: LogTag, message: string, facts?: Facts): void
  error(tag: LogTag, message: string, facts?: Facts): void
  /** Writes what is buffered, without waiting: for the last words before an end. */
  flush(): void
  /** Nothing more is written. */
  close(): void
}

/** How often the file's size is looked at. */
const rotationCheckMs = 60_000

/**
 * Opens the log. Lines are appended; a file beyond `maxBytes` becomes `host.log.1`.
 * @throws {P8aError} `state_broken` where something else is in its place
 */
export function openHostLog(file: string, options: { maxBytes: number }): HostLog {
  checkPlain(file)
  const destination = pino.destination({ dest: file, append: true, mkdir: true, mode: 0o600, sync: true })
  // A full disk must not end the host: its lines are lost until there is room.
  destination.on('error', () => {})
  const logger = pino({ base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination)
  const rotation = setInterval(() => rotate(file, destination, options.maxBytes), rotationCheckMs).unref()
  let isOpen = true
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (tag: LogTag, message: string, facts: Facts = {}) => {
      if (isOpen) logger[level]({ tag, ...facts }, message)
    }
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => destination.flushSync(),
    close: () => {
      isOpen = false
      clearInterval(rotation)
      destination.end()
    },
  }
}

/** A pipe would be waited for, and a link could lead anywhere. */
function checkPlain(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (!found || found.isFile()) return
  throw new P8aError('state_broken', `Cannot write ${file}: it is ${found.isSymbolicLink() ? 'a link' : 'no file'}`, {
    hint: 'Move away what is in its place',
    facts: { file },
  })
}

async function rotate(file: string, destination: { reopen(): void }, maxBytes: number): Promise<void> {
  try {
    if ((await stat(file)).size < maxBytes) return
    await rename(file, `${file}.1`)
    destination.reopen()
  } catch {
    // It is tried again a minute later; until then the same file goes on.
  }
}
