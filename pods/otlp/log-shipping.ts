// Sends the logs of a host, in their order. While the receiver takes none, nothing more is read: the lines wait in the files of the host,
// and are sent once it does, as far as they are kept.
import { setTimeout as delay } from 'node:timers/promises'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { LogEntry, P8a } from 'p8a'
import { batches } from './batches.ts'
import { type From, LogRecords } from './log-records.ts'
import type { Position, PositionFile } from './position-file.ts'
import type { Receiver } from './receiver.ts'
import type { Told } from './told.ts'

export type LogShippingOptions = {
  verbs: Pick<P8a['verbs'], 'logs'>
  receiver: Pick<Receiver<ReadableLogRecord[]>, 'send'>
  position: Pick<PositionFile, 'read' | 'write'>
  from: From
  told: Pick<Told, 'taken' | 'dropped' | 'failed'>
  /** How long to wait after the first failure; then twice as long each time, up to a minute. Default: 1000. */
  firstWaitMs?: number
}

const mostWaitMs = 60_000
const limits = { most: 512, mostSize: 1024 * 1024, waitMs: 1000, sizeOf: ({ text }: LogEntry) => text.length }

export class LogShipping {
  #options: LogShippingOptions
  #records: LogRecords
  #position: Position

  constructor(options: LogShippingOptions) {
    this.#options = options
    this.#records = new LogRecords(options.from)
    const known = options.position.read()
    this.#position = known ?? { time: new Date().toISOString(), count: 0 }
    // The next run goes on from here too, though nothing may be taken until then.
    if (!known) options.position.write(this.#position)
  }

  /** Until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#follow(signal).catch(error => {
        if (!signal.aborted) this.#options.told.failed('logs', (error as Error).message)
      })
      // The host is away, and there will be another one.
      await this.#wait(0, signal)
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { time, count } = this.#position
    const entries = this.#options.verbs.logs({ since: time, follow: true, signal })
    for await (const batch of batches(behind(entries, { time, count }), limits)) {
      await this.#send(batch, signal)
      if (signal.aborted) return
    }
  }

  /** Resolves once the batch is taken or dropped, or the signal is aborted. */
  async #send(batch: LogEntry[], signal: AbortSignal): Promise<void> {
    const { receiver, told } = this.#options
    const records = batch.map(entry => this.#records.of(entry))
    for (let failures = 0; !signal.aborted; failures++) {
      const sent = await receiver.send(records)
      if (sent.is === 'failed') {
        told.failed('logs', sent.why)
        await this.#wait(failures, signal)
        continue
      }
      if (sent.is === 'taken') told.taken('logs', batch.length)
      else told.dropped(batch.length, sent.why)
      return this.#note(batch)
    }
  }

  #note(batch: readonly LogEntry[]): void {
    const time = batch.at(-1)?.time ?? this.#position.time
    const alike = batch.filter(entry => entry.time === time).length
    this.#position = { time, count: alike + (this.#position.time === time ? this.#position.count : 0) }
    this.#options.position.write(this.#position)
  }

  async #wait(failures: number, signal: AbortSignal): Promise<void> {
    const { firstWaitMs = 1000 } = this.#options
    await delay(Math.min(mostWaitMs, firstWaitMs * 2 ** failures), undefined, { signal }).catch(() => {})
  }
}

/** Those that were not sent yet: as many of that time as were are left out. */
async function* behind(entries: AsyncIterable<LogEntry>, { time, count }: Position): AsyncGenerator<LogEntry> {
  let left = count
  for await (const entry of entries) {
    if (entry.time === time && left > 0) left -= 1
    else yield entry
  }
}
