// One who takes what is sent. An export ends in one of three ways, and holds one batch at a time.
import { ExportResultCode } from '@opentelemetry/core'

/** What exporters of OpenTelemetry have in common. */
type Exporter<T> = {
  export(items: T, done: (result: { code: ExportResultCode; error?: Error & { code?: number | string } }) => void): void
}

/** `refused`: it would be refused again, however often it came. */
export type Sent = { is: 'taken' } | { is: 'refused' | 'failed'; why: string }

/** Answers of a receiver that mean what was sent, and not who sent it or where. */
const meanWhatWasSent = [400, 413, 422]

export class Receiver<T> {
  #exporter: Exporter<T>
  #mostMs: number

  /** @param mostMs how long an answer may take in all: an exporter bounds how long nothing comes */
  constructor(exporter: Exporter<T>, mostMs: number) {
    this.#exporter = exporter
    this.#mostMs = mostMs
  }

  async send(items: T): Promise<Sent> {
    const late = Promise.withResolvers<Sent>()
    const timer = setTimeout(() => late.resolve({ is: 'failed', why: 'it does not end its answer' }), this.#mostMs)
    return await Promise.race([this.#export(items), late.promise]).finally(() => clearTimeout(timer))
  }

  async #export(items: T): Promise<Sent> {
    return await new Promise(resolve => {
      this.#exporter.export(items, ({ code, error }) => {
        if (code === ExportResultCode.SUCCESS) return resolve({ is: 'taken' })
        const status = typeof error?.code === 'number' ? error.code : undefined
        const isRefused = status !== undefined && meanWhatWasSent.includes(status)
        resolve({ is: isRefused ? 'refused' : 'failed', why: whyOf(error, status) })
      })
    })
  }
}

function whyOf(error: Error | undefined, status: number | undefined): string {
  if (status !== undefined) return `it answers ${status}`
  const cause = error?.cause instanceof Error ? error.cause.message : ''
  return cause || error?.message || 'it does not say why'
}
