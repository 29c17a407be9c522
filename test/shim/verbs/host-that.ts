// A host as a run asks it, that answers as a test says, and may be away.
import type { Channel } from '../../../protocol/channel/channel.ts'
import type { Answer } from '../../../protocol/channel/request.ts'
import type { AskHost } from '../../../shim/calls/host-line.ts'

type Asked = { method: string; params: Record<string, unknown> }

export class HostThat implements Pick<AskHost, 'isGone' | 'openOnce' | 'present'> {
  readonly asked: Asked[] = []
  isGone = false
  #answer: (asked: Asked) => unknown
  #back = Promise.withResolvers<void>()
  /** How often the link was asked for a host. */
  presents = 0

  /** @param answer a value; an error; or a generator, whose values come one by one */
  constructor(answer: (asked: Asked) => unknown) {
    this.#answer = answer
  }

  /** There is a host again. */
  back(): void {
    this.isGone = false
    this.#back.resolve()
  }

  present(): Promise<void> {
    this.presents++
    return this.#back.promise
  }

  openOnce = (async (_method: string, params: Asked): Promise<Answer> => {
    this.asked.push(params)
    const value = await this.#answer(params)
    if (value instanceof Error) throw value
    if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) return { value }
    return { stream: value as unknown as Channel }
  }) as AskHost['openOnce']
}
