// The runs of its owner that have mounted a host, and the verbs that they answer themselves.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { Owner } from './owner-file.ts'

/** What a run that is a host says of it: the verbs that it answers itself, and whether all others are refused. */
export type Answers = { handles: readonly string[]; others?: 'refuse' | undefined }

/** A run of the owner, and the verbs that it answers itself. `reaches`: calls of pods that are not up in the host. */
export type Mount = { live: LiveRun; handles: ReadonlySet<string>; reaches: boolean; refusesOthers: boolean }

/** The handler of calls of pods that are not up in the host. It is no verb. */
const reach = 'reach'

/** Whether the owner of a host, and not the root, tells about its pods. */
export function tellsItself(handles: ReadonlySet<string>): boolean {
  return ['watch', 'list', 'status'].some(verb => handles.has(verb))
}

export class Mounts {
  #path: string
  #owner: () => Owner
  #all = new Map<LiveRun, Mount>()
  #listeners = new Set<() => void>()
  #wasMounted = false

  /** @param owner the pod that the host belongs to now */
  constructor(path: string, owner: () => Owner) {
    this.#path = path
    this.#owner = owner
  }

  /** A run of the owner is here, or here again. */
  add(live: LiveRun, { handles, others }: Answers): void {
    const verbs = new Set(handles.filter(handler => handler !== reach))
    this.#all.set(live, {
      live,
      handles: verbs,
      reaches: handles.includes(reach),
      refusesOthers: others === 'refuse',
    })
    this.#wasMounted = true
    this.tellChanged()
  }

  /** A run of the owner is the host no more. */
  delete(live: LiveRun): void {
    this.#all.delete(live)
    this.look()
  }

  /** Whether a run that is there has mounted the host. */
  get isMounted(): boolean {
    return this.runs.some(live => live.peer !== undefined)
  }

  /** Those that are there, and those whose link is gone for now. */
  get runs(): LiveRun[] {
    return [...this.#all.keys()]
  }

  /** Whether `live` is a run of the owner that has mounted the host. */
  has(live: LiveRun): boolean {
    return this.#all.has(live)
  }

  /** The first that is there. @throws {P8aError} `host_gone` at once where none is */
  get present(): Mount {
    for (const [live, mount] of this.#all) {
      if (live.peer) return mount
      this.#all.delete(live)
    }
    throw this.#gone()
  }

  /** The verbs that the owner answers itself; undefined where no run of it is there. */
  get handles(): ReadonlySet<string> | undefined {
    return this.isMounted ? this.present.handles : undefined
  }

  /** Whether the owner does a verb itself for a run that is not one of its own. @throws {P8aError} `host_gone` */
  handlesFor(live: LiveRun, verb: string): boolean {
    return !this.has(live) && this.present.handles.has(verb)
  }

  /** Whether the owner can call what is not up here, for a run that is not one of its own. */
  reachesFor(live: LiveRun): boolean {
    return !this.has(live) && this.isMounted && this.present.reaches
  }

  /** Calls `listener` when the owner comes or goes, or may tell something new of its pods, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What the owner tells of its pods may be something else than before. */
  tellChanged(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  /** Something of the owner has changed: is it still there? */
  look(): void {
    if (this.isMounted === this.#wasMounted) return
    this.#wasMounted = this.isMounted
    this.tellChanged()
  }

  #gone(): P8aError {
    const { pod, path } = this.#owner()
    const where = path === '' ? '' : ` at ${quote(path)}`
    return new P8aError(
      'host_gone',
      `The host at ${quote(this.#path)} is gone: pod ${quote(pod)}${where} does not mount it now`,
      {
        hint: 'That pod mounts the host: see how it is, and start it if it is down',
        facts: { path: this.#path, pod },
      },
    )
  }
}
