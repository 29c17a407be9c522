// A host within a host as its handled verbs see it: what its owner handles, how it is asked, and how its pods are.
import type { Handlers } from '../../../protocol/author.ts'
import type { Asker, PodStatus } from '../../../protocol/words.ts'
import type { Namespace } from '../../tree/namespace.ts'
import { status } from '../status.ts'
import type { Site } from '../verb.ts'
import { statusAnswer } from './answers.ts'

/** How a verb is asked for, beside what it is about: a handler's last argument. */
type How = { hops: number; usage?: boolean }

export class Handling {
  readonly namespace: Namespace
  /** Where the root does itself what the owner does not handle. */
  readonly site: Site
  #by: Asker

  constructor(namespace: Namespace, site: Site, by: Asker) {
    this.namespace = namespace
    this.site = site
    this.#by = by
  }

  get path(): string {
    return this.namespace.path
  }

  /** @throws {P8aError} `host_gone` where no run of the owner is there */
  handles(verb: string): boolean {
    return this.namespace.mounts.present.handles.has(verb)
  }

  /** @param given what a handler is given, `asked` last. @throws {P8aError} as {@link AskOwner.ask} */
  async ask(verb: keyof Handlers, ...given: [...args: unknown[], asked: object]): Promise<unknown> {
    const asked = given.at(-1) as object
    return await this.namespace.handler.ask(verb, [...given.slice(0, -1), this.asked(asked)])
  }

  /** How a verb is asked for, and by whom. */
  asked<How extends object>(how: How): How & { by: Asker } {
    return { ...how, by: this.#by }
  }

  async statusOf(name: string, how: How): Promise<PodStatus> {
    const asked = { hops: how.hops, usage: how.usage ?? false }
    if (this.handles('status')) return statusAnswer(this.path, name, await this.ask('status', name, asked))
    return await status(this.site, { path: '', name, ...asked })
  }

  /** After a verb: what its handler answered, or else how the pod is. */
  async outcomeOf(name: string, answer: unknown, how: How): Promise<PodStatus> {
    if (answer !== undefined && answer !== null) return statusAnswer(this.path, name, answer)
    if (this.handles('status') || this.namespace.pods.find(name)) return await this.statusOf(name, how)
    return statusAnswer(this.path, name, { status: 'up' })
  }
}
