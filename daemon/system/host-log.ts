// The host's own log: one JSON a line, with a tag and a time, in `logs/host.log`.
import { lstatSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import pino from 'pino'
import { P8aError } from '../../protocol/errors.ts'
import { LineFile } from './line-file.ts'

/** What the host's lines are about; `pod logs --tag` finds them. */
export type LogTag =
  | 'host'
  | 'verb'
  | 'run'
  | 'script'
  | 'spare'
  | 'port'
  | 'adopt'
  | 'files'
  | 'link'
  | 'client'
  | 'shell'
  | 'git'
  | 'hook'
  | 'bug'

type Facts = { pod?: string; run?: string; err?: unknown } & Record<string, unknown>

export type HostLog = {
  info(tag: LogTag, message: string, facts?: Facts): void
  warn(tag: LogTag, message: string, facts?: Facts): void
  error(tag: LogTag, message: string, facts?: Facts): void
  /** Nothing more is written. */
  close(): void
}

/** How far the clock must be set back for a new file. */
const backMs = 1000

/**
 * Opens the log. Lines are appended, and are with the kernel when a call returns; a file beyond `maxBytes` becomes `host.log.1`.
 * @throws {P8aError} `state_broken` if something else is in its place
 */
export function openHostLog(file: string, { maxBytes }: { maxBytes: number }): HostLog {
  checkPlain(file)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const timestamp = () => `,"time":"${new Date().toISOString()}"`
  const lines = new LineFile(file, {
    maxBytes,
    nowMs: () => performance.now(),
    confess: lost =>
      `{"level":40${timestamp()},"tag":"files","lost":${lost},"msg":"lines lost here because the log could not be written"}\n`,
  })
  const logger = pino({ base: null, timestamp }, { write: line => lines.write(line) })
  let isOpen = true
  let lastMs = Date.now()
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (tag: LogTag, message: string, facts: Facts = {}) => {
      if (!isOpen) return
      // Readers that search for a time in a file rely on its times only growing.
      if (Date.now() < lastMs - backMs) lines.rotate()
      lastMs = Date.now()
      logger[level]({ tag, ...facts }, message)
    }
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    close: () => {
      isOpen = false
      lines.close()
    },
  }
}

/** Opening a pipe would wait, and a link could lead anywhere. */
function checkPlain(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (!found || found.isFile()) return
  throw new P8aError(
    'state_broken',
    `Cannot write ${file}: it is ${found.isSymbolicLink() ? 'a link' : 'not a file'}`,
    {
      hint: 'Move that away',
      facts: { file },
    },
  )
}
