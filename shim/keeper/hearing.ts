// What one service has said of itself, and the variables by which it knows where to say it.
import type { ServiceOrder, ServiceSaid } from '../../protocol/keeper.ts'
import { hearNotices, type Notices, notifyVariable } from './notices.ts'

export type OnSaid = (said: ServiceSaid) => void

/** What a service says, while it lives. */
export class Hearing {
  /** The variables by which it knows where to say it. */
  readonly env: Record<string, string>
  said: ServiceSaid | undefined
  #notices: Notices | undefined

  constructor({ notices }: Pick<ServiceOrder, 'notices'>, onSaid: OnSaid) {
    this.#notices = notices === undefined ? undefined : hearNotices(notices, said => this.#onSaid(said, onSaid))
    this.env = this.#notices && notices !== undefined ? { [notifyVariable]: notices } : {}
  }

  /** Whether it can be heard. */
  get isOpen(): boolean {
    return this.#notices !== undefined
  }

  close(): void {
    this.#notices?.close()
  }

  #onSaid(said: ServiceSaid, tell: OnSaid): void {
    this.said = { ...this.said, ...said }
    tell(said)
  }
}
