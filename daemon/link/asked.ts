// What a pod asks of its host: a call to another pod, and a verb in a host of its own.
import { P8aError } from '../../protocol/errors.ts'
import type { Handled, ToHost } from '../../protocol/link.ts'
import { methods } from '../../protocol/methods.ts'
import { joinPath, quote, splitPath } from '../../protocol/names.ts'
import { handledCall } from '../tree/handled.ts'
import type { Found, Hosts } from '../tree/hosts.ts'
import type { Stream } from '../tree/namespace.ts'
import type { Place } from '../tree/place.ts'
import { parseParams } from '../verbs/params.ts'
import type { Caller, HostVerb, VerbsByPath } from '../verbs/table.ts'

/** What one run has asked for on its connection and waits for, so that it can be told to end. */
export class AskedFor {
  #underWay = new Map<number, AbortController>()
  #streams = new Map<number, Stream>()
  #lastStream = 0

  /** Does `work`, whose signal is aborted when the run gives it up or is gone. */
  async during<T>(id: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const giving = new AbortController()
    if (id === undefined) return await work(giving.signal)
    this.#underWay.set(id, giving)
    try {
      return await work(giving.signal)
    } finally {
      this.#underWay.delete(id)
    }
  }

  cancel(id: number): void {
    this.#underWay.get(id)?.abort()
  }

  hand(stream: Stream): Handled {
    this.#streams.set(++this.#lastStream, stream)
    return { stream: this.#lastStream }
  }

  /** @throws {P8aError} what the stream throws; `aborted` where it is over */
  async more(id: number): Promise<{ values: unknown[]; isOver: boolean }> {
    const stream = this.#streams.get(id)
    if (!stream) throw new P8aError('aborted', 'The stream is over')
    try {
      const values = await stream.more()
      if (!values) this.#streams.delete(id)
      return { values: values ?? [], isOver: values === undefined }
    } catch (error) {
      this.#streams.delete(id)
      throw error
    }
  }

  leave(id: number): void {
    this.#streams.get(id)?.leave()
    this.#streams.delete(id)
  }

  /** The run is gone. */
  leaveAll(): void {
    for (const giving of this.#underWay.values()) giving.abort()
    for (const id of [...this.#streams.keys()]) this.leave(id)
  }
}

/**
 * Calls a pod by the verb of its host, which that host's owner may handle. Throws as the verb does.
 * @param options.asked where a stream is kept that it is answered with
 */
export async function callFrom(
  { hosts, verbs: { verbs } }: { hosts: Hosts; verbs: VerbsByPath },
  { place, asked }: { place: Place; asked: AskedFor },
  { name: full, id, ...call }: ToHost['call']['params'],
): Promise<Handled> {
  const { path: within, name } = splitPath(full)
  const path = joinPath(place.path, within)
  const params = { ...call, name, path }
  return await asked.during(id, async signal => {
    const namespace = hosts.find(path)
    if (!namespace?.present.handles.has('call')) {
      return { value: (await verbs['pod.call'](params, { signal, send: undefined })).value }
    }
    const answer = await handledCall(namespace, params, signal)
    if ('value' in answer) return answer
    // Nobody is there any more to take it.
    if (signal.aborted) answer.stream.leave()
    return asked.hand(answer.stream)
  })
}

/**
 * Does a verb in a host that the asker has mounted, past its handlers, as the root does its own.
 * @throws {P8aError} `unsupported` where it is not the asker's host; what the verb throws
 */
export async function ownVerb(
  hosts: Hosts,
  { own }: VerbsByPath,
  { from, method, params, signal }: { from: Found | undefined; signal: AbortSignal } & ToHost['verb']['params'],
): Promise<unknown> {
  const namespace = hosts.get(params.path)
  if (!from || !namespace.isMountedBy(from.live) || !method.startsWith('pod.') || !Object.hasOwn(methods, method)) {
    throw new P8aError(
      'unsupported',
      `Cannot do ${quote(method)} at ${quote(params.path)}: it is not this pod's host`,
      {
        facts: { method, path: params.path },
      },
    )
  }
  const verb = own(namespace)[method as HostVerb] as (params: unknown, caller: Caller) => unknown
  return await verb(parseParams(method as HostVerb, params), { signal, send: undefined })
}
