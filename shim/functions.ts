// The functions that a pod exports, as those outside call them: a client of the host, or another run.
import type { Channel } from '../protocol/channel/channel.ts'
import { P8aError } from '../protocol/errors.ts'
import { toCallError } from './call-error.ts'
import { isStream, sendOrCollect } from './calls/collect.ts'
import { Calling } from './calls/context.ts'
import type { LoadedPod } from './load.ts'

export class Functions {
  #pod: string
  #functions: () => LoadedPod['functions'] | undefined
  #servedAt: () => string | undefined
  #busy = 0
  #begun = 0

  /**
   * @param functions those of the pod, once it is loaded
   * @param servedAt the address at which its `fetch` answers, if it does
   */
  constructor(
    pod: string,
    functions: () => LoadedPod['functions'] | undefined,
    servedAt: () => string | undefined = () => undefined,
  ) {
    this.#pod = pod
    this.#functions = functions
    this.#servedAt = servedAt
  }

  /** How many calls of clients of the host are under way. */
  get busy(): number {
    return this.#busy
  }

  /** How many calls there have been, those of other runs too. */
  get begun(): number {
    return this.#begun
  }

  /**
   * Calls one for a client of the host. The values of a generator go over the channel if it takes values; otherwise
   * they are collected.
   * @throws {P8aError} `function_not_found`; `call_failed` with the remote `stack` among its facts; `too_large`
   */
  async call(fn: string, args: unknown[], channel: Channel): Promise<unknown> {
    this.#busy++
    try {
      const result = await settled(this.invoke(fn, args, new Calling(undefined, channel)))
      return isStream(result) ? await sendOrCollect(result, channel, { fn, toError: toCallError }) : result
    } finally {
      this.#busy--
    }
  }

  /**
   * Calls one, and returns whatever it returns.
   * @throws {P8aError} `function_not_found`, `call_failed`
   */
  readonly invoke = (fn: string, args: unknown[], calling: Calling): unknown => {
    this.#begun++
    const called = this.#functions()?.get(fn)
    if (!called) throw this.#notFound(fn)
    try {
      return called.apply(calling, args)
    } catch (error) {
      throw toCallError(error)
    }
  }

  #notFound(fn: string): P8aError {
    const names = [...(this.#functions()?.keys() ?? [])]
    const address = this.#servedAt()
    if (address !== undefined && (fn === 'fetch' || fn === 'upgrade'))
      return new P8aError('function_not_found', `Cannot call "${fn}" of pod "${this.#pod}": it answers HTTP instead`, {
        hint: `Ask it at ${address}`,
        facts: { pod: this.#pod, fn },
      })
    return new P8aError(
      'function_not_found',
      `Cannot call "${fn}" of pod "${this.#pod}": it exports no such function`,
      {
        hint: names.length > 0 ? `It exports: ${names.join(', ')}` : 'It exports no function but the default one',
        facts: { pod: this.#pod, fn },
      },
    )
  }
}

/** @throws {P8aError} `call_failed` */
async function settled(result: unknown): Promise<unknown> {
  try {
    return await result
  } catch (error) {
    throw toCallError(error)
  }
}
