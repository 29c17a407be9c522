// Verbs that were refused, or failed, on their way into the audit log: the first of each client are written, the others
// are counted. Otherwise anyone with a token, whatever its role, could push all else out of the log by asking for what is
// refused.
import { longTimeout } from '../../../protocol/long-timeout.ts'
import type { Settings } from '../../../protocol/settings.ts'
import type { AuditEntry } from '../../../protocol/words-host.ts'
import { type Clock, timeText } from '../../system/clock.ts'
import type { AuditLog } from './audit-log.ts'

type RefusalOptions = { clock: Clock; settings: Pick<Settings, 'auditRefusals' | 'auditRefusalWindow'> }

/** What one client was refused within the window. */
type OfClient = {
  written: number
  counts: Map<string, AuditEntry & { count: number }>
  timer: ReturnType<typeof longTimeout>
}

export class Refusals {
  #log: Pick<AuditLog, 'write'>
  #clock: Clock
  #settings: RefusalOptions['settings']
  #clients = new Map<string, OfClient>()

  constructor(log: Pick<AuditLog, 'write'>, { clock, settings }: RefusalOptions) {
    this.#log = log
    this.#clock = clock
    this.#settings = settings
  }

  /** Writes an entry, or counts it. Entries of verbs that were done are always written. */
  write(entry: AuditEntry): void {
    if (entry.outcome === 'ok') {
      this.#log.write(entry)
      return
    }
    const { auditRefusals, auditRefusalWindow } = this.#settings
    const client = this.#clients.get(entry.who) ?? this.#begin(entry.who, auditRefusalWindow)
    if (client.written < auditRefusals) {
      client.written++
      this.#log.write(entry)
    } else count(client, entry)
  }

  /** Writes what was counted until now. */
  close(): void {
    for (const who of [...this.#clients.keys()]) this.#end(who)
  }

  #begin(who: string, windowMs: number): OfClient {
    const timer = longTimeout(() => this.#end(who), windowMs)
    const client = { written: 0, counts: new Map(), timer }
    this.#clients.set(who, client)
    return client
  }

  #end(who: string): void {
    const client = this.#clients.get(who)
    if (!client) return
    clearTimeout(client.timer)
    this.#clients.delete(who)
    for (const counted of client.counts.values()) this.#log.write({ ...counted, time: timeText(this.#clock) })
  }
}

/** The names that were asked for are not kept: a client can make up as many as it likes. */
function count({ counts }: OfClient, { who, uid, from, verb, outcome }: AuditEntry): void {
  const key = `${verb} ${outcome}`
  const counted = counts.get(key)
  if (counted) counted.count++
  else {
    const by = { who, ...(uid !== undefined && { uid }), from }
    counts.set(key, { time: '', ...by, verb, path: '', outcome, count: 1 })
  }
}
