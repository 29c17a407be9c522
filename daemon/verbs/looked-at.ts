// The pods and hosts whose figures somebody has asked for lately. What costs something to measure is measured of those alone.
import { keyOf, type Named } from '../../protocol/changes.ts'
import { isWithin } from '../../protocol/names.ts'

/** One pod, or all of a host and of those within it. */
export type Asked = { path: string; name?: string | undefined }

export class LookedAt {
  #asked = new Map<string, Asked & { untilMs: number }>()

  /** @returns whether nobody had asked for it lately */
  note({ path, name }: Asked, { nowMs, forMs }: { nowMs: number; forMs: number }): boolean {
    const key = keyOf({ path, name: name ?? '' })
    const isNew = (this.#asked.get(key)?.untilMs ?? -1) < nowMs
    this.#asked.set(key, { path, name, untilMs: nowMs + forMs })
    return isNew
  }

  /** @returns whether a pod is looked at now; undefined if none is */
  at(nowMs: number): ((pod: Named) => boolean) | undefined {
    for (const [key, { untilMs }] of this.#asked) if (untilMs < nowMs) this.#asked.delete(key)
    const asked = [...this.#asked.values()]
    if (asked.length === 0) return undefined
    return pod =>
      asked.some(({ path, name }) =>
        name === undefined ? isWithin(path, pod.path) : path === pod.path && name === pod.name,
      )
  }
}
