// The link to the process of a run: the connection while there is one, the answer to its hello, and the status that the
// run gave.
import type { StopSignal } from '../../protocol/config.ts'
import type { Hello, Welcome } from '../../protocol/link.ts'
import type { Status } from '../../protocol/words.ts'
import type { ShimPeer } from '../system/shims.ts'

/** The status that a run gives. */
export type Said = { status: Status; text?: string }

export class RunLink {
  #state: { at: 'closed' } | { at: 'open'; peer: ShimPeer; answer: Welcome } = { at: 'closed' }
  #said: Said | undefined
  #stopSignal: StopSignal | undefined

  get peer(): ShimPeer | undefined {
    return this.#state.at === 'open' ? this.#state.peer : undefined
  }

  /** The last one. */
  get said(): Said | undefined {
    return this.#said
  }

  /** The answer to its hello; a run that nobody knows any more has to end. */
  get answer(): Welcome {
    return this.#state.at === 'open' ? this.#state.answer : { do: 'end' }
  }

  /** The signal by which its process says that it ends. */
  get stopSignal(): StopSignal | undefined {
    return this.#stopSignal
  }

  stopBy(signal: StopSignal): void {
    this.#stopSignal = signal
  }

  open(peer: ShimPeer, { status, text }: Pick<Hello, 'status' | 'text'>): void {
    this.#state = { at: 'open', peer, answer: { do: 'end' } }
    if (status) this.say({ status, ...(text !== undefined && { text }) })
  }

  say(said: Said): void {
    this.#said = said
  }

  answerWith(answer: Welcome): void {
    if (this.#state.at === 'open') this.#state.answer = answer
  }

  /** @returns whether it was this connection that was open */
  close(peer: ShimPeer): boolean {
    const wasOpen = this.peer === peer
    if (wasOpen) this.#state = { at: 'closed' }
    return wasOpen
  }
}
