// The audit log: a line for each verb that changes something: the asker, the address, and the outcome. Of
// the parameters it keeps only names, since the rest may hold secrets.
import type { Settings } from '../../../protocol/settings.ts'
import type { AuditEntry } from '../../../protocol/words-host.ts'
import type { HostLog } from '../../system/host-log.ts'
import { LineFile } from '../../system/line-file.ts'

type AuditOptions = {
  settings: Pick<Settings, 'auditFileBytes' | 'auditFiles'>
  log: Pick<HostLog, 'warn' | 'error'>
}

export class AuditLog {
  /** The paths of all its files, the newest first. */
  readonly files: readonly string[]
  #lines: LineFile

  /** @throws {P8aError} `state_broken` if something else is in its place */
  constructor(file: string, { settings: { auditFileBytes, auditFiles }, log }: AuditOptions) {
    this.files = Array.from({ length: auditFiles }, (_, age) => (age === 0 ? file : `${file}.${age}`))
    this.#lines = new LineFile(file, {
      maxBytes: auditFileBytes,
      maxFiles: auditFiles,
      onFailed: error => log.error('files', 'the audit log cannot be written or rotated', { err: error }),
      onGone: () => log.warn('files', 'the audit log was removed or moved, and goes on in a new file'),
    })
  }

  /** The kernel has the line when this returns, so before the verb is answered. It takes some microseconds. */
  write(entry: AuditEntry): void {
    this.#lines.write(`${JSON.stringify(entry)}\n`)
  }

  close(): void {
    this.#lines.close()
  }
}
