// Asks the owner of a host to do a verb by its handler.
import type { Answer } from '../../protocol/channel/request.ts'
import type { Window } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { Mounts } from './mounts.ts'
import type { Owner } from './owner-file.ts'

export type AskOptions = {
  /** How long it may take; by default `handlerTimeout`. */
  timeoutMs?: number | undefined
  /** Aborted when who asks is gone. */
  signal?: AbortSignal | undefined
}

/** What is asked of. */
type Asked = {
  path: string
  owner: () => Owner
  mounts: Pick<Mounts, 'present'>
  settings: Pick<Settings, 'handlerTimeout' | 'maxPendingVerbs'>
}

export class AskOwner {
  #asked: Asked
  /** How many verbs the owner is at. */
  #pending = 0

  constructor(asked: Asked) {
    this.#asked = asked
  }

  /**
   * The owner is told when nobody waits for it any more.
   * @throws {P8aError} `host_gone`, `host_busy`, `timeout`, and what the owner throws
   */
  async ask(verb: string, args: unknown[], options: AskOptions = {}): Promise<unknown> {
    const answer = await this.#ask(verb, args, options)
    return 'value' in answer ? answer.value : undefined
  }

  /**
   * As {@link ask}, where the answer may be a stream.
   * @param options.takes how much of it may be under way
   */
  async open(verb: string, args: unknown[], options: AskOptions & { takes: Window }): Promise<Answer> {
    return await this.#ask(verb, args, options)
  }

  async #ask(
    verb: string,
    args: unknown[],
    { timeoutMs, signal, takes }: AskOptions & { takes?: Window },
  ): Promise<Answer> {
    const { path, mounts, settings } = this.#asked
    const { peer } = mounts.present.live
    this.#checkRoom(verb)
    this.#pending++
    const limitMs = timeoutMs ?? settings.handlerTimeout
    const explain = (error: P8aError) => this.#explained(error, verb, limitMs)
    try {
      const answer = await peer?.open('handle', { path, verb, args }, { timeoutMs: limitMs, signal, takes, explain })
      return answer && 'stream' in answer ? answer : { value: answer?.value.value }
    } finally {
      this.#pending--
    }
  }

  /** Verbs that lead back to their own host would never end, each waiting for the next. */
  #checkRoom(verb: string): void {
    const { path, settings } = this.#asked
    const limit = settings.maxPendingVerbs
    if (this.#pending < limit) return
    throw new P8aError('host_busy', `The host at ${quote(path)} cannot do ${verb}: ${limit} verbs are under way`, {
      hint: 'Try again later, and check whether its handlers call the same host; the limit is maxPendingVerbs in host.json',
      facts: { path, verb, limit },
    })
  }

  #explained(error: P8aError, verb: string, timeoutMs: number): P8aError {
    const { path, owner } = this.#asked
    // The link's own errors say nothing of hosts. One of the owner's has facts, of the error that it threw at least.
    const isOfLink = Object.keys(error.facts).length === 0
    if (!isOfLink || (error.code !== 'timeout' && error.code !== 'pod_not_up')) return error
    const { pod, path: at } = owner()
    const why = error.code === 'timeout' ? `no answer within ${timeoutMs} ms` : 'it ended before it answered'
    return new P8aError(
      error.code === 'timeout' ? 'timeout' : 'host_gone',
      `The host at ${quote(path)} did not do ${verb}: ${why}`,
      {
        hint: `Pod ${quote(pod)} ${at === '' ? '' : `at ${quote(at)} `}answers for that host: its own log says what it does`,
        facts: { path, verb },
        cause: error,
      },
    )
  }
}
