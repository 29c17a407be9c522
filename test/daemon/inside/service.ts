// The process of a service that is not there: it does nothing, and ends when it is asked to.
import { writeFileSync } from 'node:fs'
import type { Identity } from '../../../daemon/system/process.ts'
import type { ServiceEnd, ServiceOrder } from '../../../protocol/keeper.ts'

export class Service {
  readonly identity: Identity
  readonly order: ServiceOrder
  hasEnded = false
  /** Whether it ends when it is asked to. */
  isStubborn = false
  isListening = false
  readonly signals: string[] = []
  readonly ended: Promise<ServiceEnd>
  /** However it ends, and whoever is there. */
  readonly gone = Promise.withResolvers<void>()
  #end: (end: ServiceEnd) => void

  constructor(identity: Identity, order: ServiceOrder) {
    this.identity = identity
    this.order = order
    const { promise, resolve } = Promise.withResolvers<ServiceEnd>()
    this.ended = promise
    this.#end = resolve
  }

  /** It ends. @param isNoted whether its keeper is there to note how */
  end(code: number | null, signal: NodeJS.Signals | null, { isNoted = true }: { isNoted?: boolean } = {}): void {
    if (this.hasEnded) return
    this.hasEnded = true
    this.gone.resolve()
    if (!isNoted) return
    writeFileSync(this.order.exitFile, JSON.stringify({ code, ...(signal && { signal }) }))
    this.#end({ code, signal })
  }

  onSignal(signal: NodeJS.Signals): void {
    this.signals.push(signal)
    if (signal === 'SIGKILL' || (signal !== 'SIGCONT' && !this.isStubborn)) this.end(null, signal)
  }
}
