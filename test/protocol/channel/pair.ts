// The two sides of a channel, tied to each other by messages that a test delivers when it likes.
import * as assert from 'uvu/assert'
import { Channel } from '../../../protocol/channel/channel.ts'
import { bytesAsText, tell, voiceOn } from '../../../protocol/channel/messages.ts'
import type { Window } from '../../../protocol/channel/window.ts'

type Message = { method?: string; params?: unknown[]; result?: unknown; error?: string }
export type Side = 'opener' | 'acceptor'

/** A channel whose messages wait on their way until they are delivered. */
export class Pair {
  readonly opener: Channel
  readonly acceptor: Channel
  readonly closed = { opener: 0, acceptor: 0 }
  /** What waits on its way to each side. */
  readonly toward: Record<Side, string[]> = { opener: [], acceptor: [] }

  constructor(window: Window) {
    this.opener = Channel.opener(this.#voice('acceptor'), { takes: window })
    this.acceptor = Channel.acceptor(this.#voice('opener'), { granted: window })
    this.opener.whenClosed(() => this.closed.opener++)
    this.acceptor.whenClosed(() => this.closed.acceptor++)
  }

  #voice(to: Side) {
    const say = (message: string) => void this.toward[to].push(message)
    return voiceOn(
      { say, bytes: bytesAsText(say) },
      7,
      to === 'acceptor'
        ? undefined
        : {
            end: result => say(JSON.stringify({ result: result ?? null })),
            fail: error => say(JSON.stringify({ error: (error as Error).message })),
          },
    )
  }

  /** @returns whether there was a message for that side */
  deliver(to: Side): boolean {
    const text = this.toward[to].shift()
    if (text === undefined) return false
    // What comes when a side has closed is for nobody, as on a connection.
    if (this.closed[to] > 0) return true
    const { method, params = [], result, error } = JSON.parse(text) as Message
    if (method !== undefined) {
      assert.is(params[0], 7)
      tell(this[to], method, params)
    } else if (error !== undefined) this[to].onFail(new Error(error))
    else this[to].onAnswer(result)
    return true
  }

  async settle(): Promise<void> {
    do await turn()
    while (this.deliver('opener') || this.deliver('acceptor'))
  }
}

const turn = () => new Promise(resolve => setImmediate(resolve))
