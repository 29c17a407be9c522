// What a pod asks of its host: a call to another pod, and a verb in a host of its own.
import { P8aError } from '../../protocol/errors.ts'
import type { Handled, ToHost } from '../../protocol/link.ts'
import { isMethod } from '../../protocol/methods.ts'
import { joinPath, quote, splitPath } from '../../protocol/names.ts'
import type { Found, Hosts } from '../tree/hosts.ts'
import type { Stream } from '../tree/namespace.ts'
import type { Place } from '../tree/place.ts'
import type { Verbs } from '../verbs/by-path.ts'
import { handledCall } from '../verbs/handled/handled.ts'
import { parseParams } from '../verbs/params.ts'
import { isHostVerb } from '../verbs/table.ts'
import type { HostVerb } from '../verbs/verb.ts'

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
  { hosts, verbs }: { hosts: Hosts; verbs: Verbs },
  { place, asked }: { place: Place; asked: AskedFor },
  { name: full, id, ...call }: ToHost['call']['params'],
): Promise<Handled> {
  const { path: within, name } = splitPath(full)
  const path = joinPath(place.path, within)
  const params = { ...call, name, path }
  return await asked.during(id, async signal => {
    const namespace = hosts.find(path)
    if (!namespace?.present.handles.has('call')) {
      return { value: (await verbs.do('pod.call', params, { signal })).value }
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
  verbs: Verbs,
  { from, method, params, signal }: { from: Found | undefined; signal: AbortSignal } & ToHost['verb']['params'],
): Promise<unknown> {
  const namespace = hosts.get(params.path)
  if (!from || !namespace.isMountedBy(from.live) || !isPodVerb(method)) {
    throw new P8aError(
      'unsupported',
      `Cannot do ${quote(method)} at ${quote(params.path)}: it is not this pod's host`,
      {
        facts: { method, path: params.path },
      },
    )
  }
  return await verbs.doPast(namespace, { method, params: parseParams(method, params), caller: { signal } })
}

function isPodVerb(method: string): method is Extract<HostVerb, `pod.${string}`> {
  return method.startsWith('pod.') && isMethod(method) && isHostVerb(method)
}
