// The host's own log: one JSON a line, with a tag and a time, in `logs/host.log`.
import { mkdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import pino from 'pino'
import { LineFile } from './line-file.ts'

/** What the host's lines are about; `pod logs --tag` finds them. */
export type LogTag =
  | 'host'
  | 'verb'
  | 'build'
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
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const timestamp = () => `,"time":"${new Date().toISOString()}"`
  const lines = new LineFile(file, {
    maxBytes,
    maxFiles: 2,
    makesFolder: true,
    confess: lost =>
      `{"level":40${timestamp()},"tag":"files","lost":${lost},"msg":"lines lost here because the log could not be written"}\n`,
    onGone: () => logger.warn({ tag: 'files' }, `${basename(file)} was removed or moved; this is a new one`),
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
