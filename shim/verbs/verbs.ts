// `p8a.verbs`: the verbs of the host that a pod is on, as functions. What is done about them is the host's; here they get their
// shape.
import type { Verbs } from '../../protocol/author.ts'
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import { joinPath } from '../../protocol/names.ts'
import type { Asking } from './asking.ts'
import { onlyImage } from './only-image.ts'
import { streamingVerbs } from './streaming-verbs.ts'

/** Where a verb is done, and what gives it up. */
type Where = { path?: string | undefined; signal?: AbortSignal | undefined }

/** @param path of the host that the pod is on */
export function makeVerbs(asking: Asking, path: string): Verbs {
  const at = (within: string | undefined) => joinPath(path, within ?? '')

  async function ask<M extends MethodName>(
    method: M,
    input: Omit<MethodInput<M>, 'path' | 'hops'>,
    { path: within, signal }: Where,
  ): Promise<MethodResults[M]> {
    return (await asking.ask(method, { ...input, path: at(within) }, { signal })) as MethodResults[M]
  }

  return Object.freeze<Verbs>({
    info: (how = {}) => ask('host.info', {}, how),
    push: (image, how = {}) => ask('pod.push', onlyImage(image), how),
    start: (name, { path, signal, ...given } = {}) => ask('pod.start', { name, ...given }, { path, signal }),
    sleep: (name, { path, signal, ...given } = {}) => ask('pod.sleep', { name, ...given }, { path, signal }),
    wake: (name, { path, signal, ...given } = {}) => ask('pod.wake', { name, ...given }, { path, signal }),
    stop: (name, { path, signal, ...given } = {}) => ask('pod.stop', { name, ...given }, { path, signal }),
    restart: (name, { path, signal, ...given } = {}) => ask('pod.restart', { name, ...given }, { path, signal }),
    reload: (name, { path, signal, ...given } = {}) => ask('pod.reload', { name, ...given }, { path, signal }),
    rollback: (name, { path, signal, ...given } = {}) => ask('pod.rollback', { name, ...given }, { path, signal }),
    scale: (name, scale, { path, signal, ...given } = {}) =>
      ask('pod.scale', { name, scale, ...given }, { path, signal }),
    status: (name, { path, signal, ...given } = {}) => ask('pod.status', { name, ...given }, { path, signal }),
    versions: async (name, how = {}) => (await ask('pod.versions', { name }, how)).versions,
    list: async ({ path, signal, ...given } = {}) => (await ask('pod.list', given, { path, signal })).pods,
    remove: (name, { path, signal, ...given } = {}) => ask('pod.remove', { name, ...given }, { path, signal }),
    runs: async (name, { path, signal, ...given } = {}) => {
      const about = name === undefined ? given : { name, ...given }
      return (await ask('pod.runs', about, { path, signal })).runs
    },
    script: (name, { path, signal, ...given } = {}) => ask('pod.script', { name, ...given }, { path, signal }),
    call: async (name, fn, args = [], { path, signal, ...given } = {}) =>
      (await ask('pod.call', { name, fn, args, ...given }, { path, signal })).value,
    commands: async (name, how = {}) => (await ask('pod.commands', name === undefined ? {} : { name }, how)).commands,
    ...streamingVerbs(asking, path),
    ask: async (method, params, { signal } = {}) =>
      (await asking.ask(method, params ?? {}, { signal })) as MethodResults[typeof method],
  })
}
