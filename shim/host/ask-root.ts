// How the hosts of a run ask the root: at once. Where there is none, that is an error, and each question decides what it makes of it.
import type { Answer, RequestOptions } from '../../protocol/channel/request.ts'
import type { Window } from '../../protocol/channel/window.ts'
import type { ToHost } from '../../protocol/link.ts'

/** What a run asks the root as a host. */
export type HostQuestion = 'mount' | 'podsChanged' | 'unmount' | 'verb'

/** Both throw what the root answers, and `host_gone` where there is none. */
export type AskRoot = {
  ask<M extends HostQuestion>(
    method: M,
    params: ToHost[M]['params'],
    options?: RequestOptions,
  ): Promise<ToHost[M]['result']>
  /** As `ask`, where values may come before the answer. */
  open<M extends HostQuestion>(
    method: M,
    params: ToHost[M]['params'],
    options: RequestOptions & { takes: Window },
  ): Promise<Answer<ToHost[M]['result']>>
}
