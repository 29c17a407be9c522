// Reads what the `watch` handler of a host yields, as changes of the wire.
import * as v from 'valibot'
import type { PodChange } from '../../protocol/changes.ts'
import type { PodStatus, RunEnd } from '../../protocol/words.ts'
import { badAnswer, runStatusAnswer, statusAnswer } from '../verbs/handled/answers.ts'

const schema = v.variant('type', [
  v.looseObject({ type: v.literal('snapshot'), pods: v.array(v.looseObject({ name: v.string() })) }),
  v.looseObject({
    type: v.picklist(['added', 'pushed', 'changed', 'status']),
    name: v.string(),
    pod: v.looseObject({}),
  }),
  v.looseObject({ type: v.literal('run'), name: v.string(), run: v.looseObject({ id: v.string() }) }),
  v.looseObject({
    type: v.literal('ended'),
    name: v.string(),
    run: v.string(),
    end: v.optional(v.looseObject({ run: v.string(), reason: v.string() })),
  }),
  v.looseObject({ type: v.literal('removed'), name: v.string() }),
])

/** `whole`: how a pod is now, with all its runs. */
export type AnsweredChange = PodChange | { type: 'whole'; pod: PodStatus }

/** A change that the host at `path` yields: all its pods are at that path. @throws {P8aError} `bad_answer` */
export function changeAnswer(path: string, value: unknown): AnsweredChange {
  const said = v.safeParse(schema, value)
  if (!said.success) throw badAnswer(path, 'watch', value)
  const change = said.output
  switch (change.type) {
    case 'snapshot':
      return { type: 'snapshot', pods: change.pods.map(pod => statusAnswer(path, pod.name, pod)) }
    case 'added':
      return { type: 'added', path, name: change.name, pod: statusAnswer(path, change.name, change.pod) }
    case 'pushed':
    case 'changed':
    case 'status': {
      const whole = statusAnswer(path, change.name, change.pod)
      if ('runs' in change.pod) return { type: 'whole', pod: whole }
      const { runs: _, images: __, ...pod } = whole
      return { type: change.type, path, name: change.name, pod }
    }
    case 'run':
      return { type: 'run', path, name: change.name, run: runStatusAnswer(change.run) }
    case 'ended': {
      const end = change.end && { code: null, signal: null, ...(change.end as Omit<RunEnd, 'code' | 'signal'>) }
      return { type: 'ended', path, name: change.name, run: change.run, ...(end && { end }) }
    }
    case 'removed':
      return { type: 'removed', path, name: change.name }
  }
}
