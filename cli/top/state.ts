// What the live table knows and shows: the pods, what they use, the order and the filter, and what keys mean now. Only data.
import type { Order } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'

/** Per cent of one core, and bytes. */
export type Used = { cpu: number; memory: number }

export type Link = { is: 'live' } | { is: 'lost'; sinceMs: number }

/** A verb that is asked about before it is done. */
export type Verb = 'stop' | 'restart' | 'start'

export type Mode =
  | { is: 'table' }
  | { is: 'help' }
  /** `before`: what Escape brings back. */
  | { is: 'filter'; before: string }
  | { is: 'question'; verb: Verb; pod: string }
  /** `back`: by how many rows it was scrolled back from its end. */
  | { is: 'log'; pod: string; lines: readonly string[]; back: number }

export type Top = {
  remote: string
  /** By full name. */
  pods: ReadonlyMap<string, PodStatus>
  usage: ReadonlyMap<string, Used>
  link: Link
  order: Order
  isReversed: boolean
  filter: string
  /** The full name of the pod that keys are about. */
  chosen: string | undefined
  mode: Mode
  /** What came of the last verb. */
  note: string
}

export function beginning(remote: string): Top {
  return {
    remote,
    pods: new Map(),
    usage: new Map(),
    link: { is: 'live' },
    order: 'trouble',
    isReversed: false,
    filter: '',
    chosen: undefined,
    mode: { is: 'table' },
    note: '',
  }
}
