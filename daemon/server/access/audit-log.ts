// The audit log: a line for each verb that changes something: the asker, the address, and the outcome. Of
// the parameters it keeps only names, since the rest may hold secrets.
import { readSync, writeSync } from 'node:fs'
import { type FileHandle, rename } from 'node:fs/promises'
import { P8aError } from '../../../protocol/errors.ts'
import type { Settings } from '../../../protocol/settings.ts'
import type { AuditEntry } from '../../../protocol/words.ts'
import type { HostLog } from '../../system/host-log.ts'
import { isMissing, openPlain } from '../../system/plain-file.ts'

const newline = 10

type AuditOptions = { settings: Pick<Settings, 'auditFileBytes' | 'auditFiles'>; log: HostLog }

export class AuditLog {
  /** The paths of all its files, the newest first. */
  readonly files: readonly string[]
  #file: string
  #handle: FileHandle
  #bytes: number
  #maxBytes: number
  #log: HostLog
  #rotating: Promise<void> | undefined
  #isFailing = false
  /** Whether the file ends with half a line, as a full disk leaves it: then a new line begins first. */
  #isTorn: boolean

  private constructor(file: string, { settings, log }: AuditOptions, opened: Opened) {
    this.#file = file
    this.#maxBytes = settings.auditFileBytes
    this.files = Array.from({ length: settings.auditFiles }, (_, age) => (age === 0 ? file : `${file}.${age}`))
    this.#log = log
    this.#handle = opened.handle
    this.#bytes = opened.bytes
    this.#isTorn = opened.isTorn
  }

  /** @throws {P8aError} `state_broken` if something else is in its place */
  static async open(file: string, options: AuditOptions): Promise<AuditLog> {
    const isTorn = await endsTorn(file)
    const handle = await openPlain(file, { for: 'append' })
    return new AuditLog(file, options, { handle, bytes: (await handle.stat()).size, isTorn })
  }

  /** The kernel has the line when this returns, so before the verb is answered. It takes some microseconds. */
  write(entry: AuditEntry): void {
    const line = Buffer.from(`${this.#isTorn ? '\n' : ''}${JSON.stringify(entry)}\n`)
    try {
      const written = writeSync(this.#handle.fd, line)
      this.#bytes += written
      this.#isTorn = written < line.length
      if (this.#isTorn) throw new Error('there was room for half a line only')
      this.#isFailing = false
    } catch (error) {
      // Logged once, not for each line: a disk that fails keeps failing for a while.
      if (!this.#isFailing) this.#log.error('files', 'the audit log cannot be written', { err: error })
      this.#isFailing = true
    }
    if (this.#bytes < this.#maxBytes) return
    this.#rotating ??= this.#rotate().finally(() => {
      this.#rotating = undefined
    })
  }

  async close(): Promise<void> {
    await this.#rotating
    await this.#handle.close()
  }

  /**
   * Lines that are written meanwhile go to the open descriptor, whatever the name of the file is by then: no line is
   * lost.
   */
  async #rotate(): Promise<void> {
    try {
      for (let age = this.files.length - 1; age > 0; age--) {
        await rename(this.files[age - 1] as string, this.files[age] as string).catch(ignoreMissing)
      }
      // If only one file is kept, it begins again.
      const next = await openPlain(this.#file, { for: this.files.length === 1 ? 'anew' : 'append' })
      const last = this.#handle
      this.#handle = next
      this.#bytes = 0
      await last.close()
    } catch (error) {
      this.#log.error('files', 'the audit log cannot be rotated', { err: error })
      // The next try comes after as many bytes again.
      this.#bytes = 0
    }
  }
}

type Opened = { handle: FileHandle; bytes: number; isTorn: boolean }

/** @throws {P8aError} `state_broken` */
async function endsTorn(file: string): Promise<boolean> {
  try {
    const handle = await openPlain(file)
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    const hasLast = size > 0 && readSync(handle.fd, last, 0, 1, size - 1) === 1
    await handle.close()
    return hasLast && last[0] !== newline
  } catch (error) {
    if (isMissing(error)) return false
    throw new P8aError('state_broken', `Cannot write ${file}: ${(error as Error).message}`, {
      hint: 'Move that away',
      facts: { file },
      cause: error,
    })
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
