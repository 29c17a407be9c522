// The audit log: a line for each verb that changes something, with who asked for it, from where, and what came of it.
// Nothing of the parameters but names is kept, since they may hold secrets.
import { writeSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import type { AuditEntry } from '../../protocol/methods.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { HostLog } from '../host-log.ts'

type AuditOptions = { settings: Pick<Settings, 'auditFileBytes' | 'auditFiles'>; log: HostLog }

export class AuditLog {
  /** All files there may be, the newest first. */
  readonly files: readonly string[]
  #file: string
  #handle: FileHandle
  #bytes: number
  #maxBytes: number
  #log: HostLog
  #rotating: Promise<void> | undefined
  #isFailing = false

  private constructor(file: string, { settings, log }: AuditOptions, opened: { handle: FileHandle; bytes: number }) {
    this.#file = file
    this.#maxBytes = settings.auditFileBytes
    this.files = Array.from({ length: settings.auditFiles }, (_, age) => (age === 0 ? file : `${file}.${age}`))
    this.#log = log
    this.#handle = opened.handle
    this.#bytes = opened.bytes
  }

  static async open(file: string, options: AuditOptions): Promise<AuditLog> {
    const handle = await open(file, 'a', 0o600)
    return new AuditLog(file, options, { handle, bytes: (await handle.stat()).size })
  }

  /** The line is with the kernel when this returns, and so before the verb is answered. It takes some microseconds. */
  write(entry: AuditEntry): void {
    // Behind half a line that a full disk left, a new one begins.
    const line = `${this.#isFailing ? '\n' : ''}${JSON.stringify(entry)}\n`
    try {
      this.#bytes += writeSync(this.#handle.fd, line)
      this.#isFailing = false
    } catch (error) {
      // Once, and not for each line: what is wrong with a disk stays wrong for a while.
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

  /** What is written meanwhile goes to the file by its open descriptor, whatever it is called by then: no line is lost. */
  async #rotate(): Promise<void> {
    try {
      for (let age = this.files.length - 1; age > 0; age--) {
        await rename(this.files[age - 1] as string, this.files[age] as string).catch(ignoreMissing)
      }
      // Where one file alone is kept, it is begun anew.
      const next = await open(this.#file, this.files.length === 1 ? 'w' : 'a', 0o600)
      const last = this.#handle
      this.#handle = next
      this.#bytes = 0
      await last.close()
    } catch (error) {
      this.#log.error('files', 'the audit log cannot be rotated', { err: error })
      // It is tried again after as much again.
      this.#bytes = 0
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
