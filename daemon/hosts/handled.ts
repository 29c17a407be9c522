// The verbs of a host within a host: those that its pod handles are asked of it, the others are the root's own, done in
// its namespace.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodResults, PodStatus } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Caller, HostVerb, Verbs } from '../host/host.ts'
import { badAnswer, logAnswer, runsAnswer, statusAnswer } from './answers.ts'
import type { Namespace } from './namespace.ts'

/** @param own the root's own behaviour in the namespace */
export function handledVerbs(namespace: Namespace, own: Verbs): Verbs {
  const ask = (verb: string, ...args: unknown[]) => namespace.ask(verb, args)
  const handles = (verb: string) => namespace.present.handles.has(verb)
  const status = async (name: string): Promise<PodStatus> => {
    if (handles('status')) return statusAnswer(namespace.path, name, await ask('status', name))
    return await own['pod.status']({ path: '', name, usage: false }, nobody)
  }
  /** After a verb: what it answered, or else how the pod is. */
  const outcome = async (name: string, answer: unknown): Promise<PodStatus> => {
    if (answer !== undefined && answer !== null) return statusAnswer(namespace.path, name, answer)
    if (handles('status') || namespace.pods.find(name)) return await status(name)
    return statusAnswer(namespace.path, name, { status: 'up' })
  }
  const handled: Partial<Verbs> = {
    'host.info': async (params, caller) => ({
      ...(await own['host.info'](params, caller)),
      ...((await ask('info')) as object),
    }),
    'pod.push': async ({ path: _, ...image }) => pushAnswer(image.name, await ask('push', image, {})),
    'pod.start': async ({ name, params, config }) => await outcome(name, await ask('start', name, params, config)),
    'pod.restart': async ({ name }) => await outcome(name, await ask('restart', name)),
    'pod.scale': async ({ name, scale }) => await outcome(name, await ask('scale', name, scale)),
    'pod.stop': async ({ name }) => {
      await ask('stop', name)
      return { name, status: 'idle', ended: [] }
    },
    'pod.remove': async ({ name, force }) => {
      await ask('remove', name, { force })
      return { name, removed: true, stopped: [] }
    },
    'pod.status': async ({ name }) => statusAnswer(namespace.path, name, await ask('status', name)),
    'pod.list': async () => {
      const list = await ask('list')
      if (!Array.isArray(list)) throw badAnswer(namespace.path, 'list', list)
      return { pods: list.map(one => statusAnswer(namespace.path, (one as { name?: unknown })?.name, one)) }
    },
    'pod.runs': async ({ name }) => ({ runs: runsAnswer(namespace.path, await ask('runs', name)) }),
    'pod.logs': async ({ path: _, stream, ...query }, { send }) => {
      const entries = logAnswer(namespace.path, await ask('logs', query))
      if (stream && send) await send(entries)
      return { entries: stream ? [] : entries, count: entries.length, truncated: false }
    },
    'pod.call': async ({ name, fn, args }) => ({ value: await ask('call', name, fn, args), run: name }),
  }
  const verbs = Object.entries(own).map(([method, verb]) => [
    method,
    async (params: never, caller: Caller) => {
      const name = handlerOf(method as HostVerb)
      const handler = handled[method as HostVerb] as typeof verb | undefined
      if (name && handler && handles(name)) return await handler(params, caller)
      // Without a list of its own it still may say how each is.
      if (method === 'pod.list' && handles('status')) {
        return { pods: await Promise.all(namespace.pods.all().map(({ supervisor }) => status(supervisor.name))) }
      }
      checkOffered(namespace, method as HostVerb, params)
      return await (verb as (params: never, caller: Caller) => unknown)(params, caller)
    },
  ])
  return Object.fromEntries(verbs) as Verbs
}

const nobody: Caller = { signal: new AbortController().signal, send: undefined }

/** What a verb's handler is called: `pod.push` is `push`, `host.info` is `info`. */
function handlerOf(method: HostVerb): string | undefined {
  return method === 'host.stop' ? undefined : method.slice(method.indexOf('.') + 1)
}

/** A host that has handlers and keeps a pod by itself cannot have the root do something with that pod. */
function checkOffered(namespace: Namespace, method: HostVerb, params: { name?: string }): void {
  const { handles } = namespace.present
  const isOwn = params.name === undefined || method === 'pod.push' || namespace.pods.find(params.name) !== undefined
  if (method !== 'host.stop' && (isOwn || handles.size === 0)) return
  const verb = method.slice(method.indexOf('.') + 1)
  throw new P8aError('unsupported', `The host at ${quote(namespace.path)} does not offer ${verb} of ${what(params)}`, {
    hint:
      handles.size > 0
        ? `It offers: ${[...handles].join(', ')}`
        : `Stop its pod: pod stop REMOTE ${namespace.owner.pod}`,
    facts: { path: namespace.path, verb },
  })
}

function what({ name }: { name?: string }): string {
  return name === undefined ? 'itself' : `pod ${quote(name)}`
}

/** What another host's push answered is told as that; anything else is the pod's own answer, to be printed as it is. */
function pushAnswer(name: string, answer: unknown): MethodResults['pod.push'] {
  const unknown = { version: 0, hash: '', size: 0, unchanged: false, kind: 'service' as const, exports: [] }
  const told = answer as MethodResults['pod.push'] | null
  const isPushed = typeof told === 'object' && typeof told?.version === 'number' && typeof told.hash === 'string'
  return isPushed ? { ...unknown, ...told, name } : { ...unknown, name, answer: answer ?? null }
}
