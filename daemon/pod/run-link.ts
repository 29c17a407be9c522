// The link to the process of a run: the connection while there is one, what its hello is answered with, and how the run has
// said that it is.
import type { Hello, Welcome } from '../../protocol/link.ts'
import type { Status } from '../../protocol/words.ts'
import type { ShimPeer } from '../system/shims.ts'

/** How a run says that it is. */
export type Said = { status: Status; text?: string }

export class RunLink {
  #state: { at: 'closed' } | { at: 'open'; peer: ShimPeer; answer: Welcome } = { at: 'closed' }
  #said: Said | undefined

  get peer(): ShimPeer | undefined {
    return this.#state.at === 'open' ? this.#state.peer : undefined
  }

  /** What it said last. */
  get said(): Said | undefined {
    return this.#said
  }

  /** What its hello is answered with; a run that nobody knows any more is to end. */
  get answer(): Welcome {
    return this.#state.at === 'open' ? this.#state.answer : { do: 'end' }
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
