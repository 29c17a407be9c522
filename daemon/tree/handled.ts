// The verbs of a host within a host: those that its pod handles are asked of it, the others are the root's own, done in
// its namespace.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { parseRunId, quote } from '../../protocol/names.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Caller, HostVerb, Verbs } from '../verbs/table.ts'
import {
  badAnswer,
  infoAnswer,
  outputAnswer,
  removeAnswer,
  runsAnswer,
  scriptAnswer,
  statusAnswer,
  stopAnswer,
} from './answers.ts'
import { handledLogs, wholeAnswer } from './handled-logs.ts'
import type { Answer, Namespace } from './namespace.ts'

/** @param own the root's own behaviour in the namespace */
export function handledVerbs(namespace: Namespace, own: Verbs): Verbs {
  const handles = (verb: string) => namespace.present.handles.has(verb)
  const ask = async (verb: string, ...args: unknown[]) => await wholeAnswer(await namespace.ask(verb, args))
  const status = async (name: string, how: How): Promise<PodStatus> => {
    const asked = { hops: how.hops, usage: how.usage ?? false }
    if (handles('status')) return statusAnswer(namespace.path, name, await ask('status', name, asked))
    return await own['pod.status']({ path: '', name, ...asked }, nobody)
  }
  /** After a verb: what it answered, or else how the pod is. */
  const outcome = async (name: string, answer: unknown, how: How): Promise<PodStatus> => {
    if (answer !== undefined && answer !== null) return statusAnswer(namespace.path, name, answer)
    if (handles('status') || namespace.pods.find(name)) return await status(name, how)
    return statusAnswer(namespace.path, name, { status: 'up' })
  }
  const handled: Partial<Verbs> = {
    'host.info': async ({ path: _, ...how }, caller) => ({
      ...(await own['host.info']({ path: '', ...how }, caller)),
      ...infoAnswer(namespace.path, await ask('info', how)),
    }),
    'pod.push': async ({ path: _, hops, ...image }) => pushAnswer(image.name, await ask('push', image, { hops })),
    'pod.start': async ({ path: _, name, params, config, ...how }) =>
      await outcome(name, await ask('start', name, params, config, how), how),
    'pod.restart': async ({ path: _, name, ...how }) => await outcome(name, await ask('restart', name, how), how),
    'pod.scale': async ({ path: _, name, scale, ...how }) =>
      await outcome(name, await ask('scale', name, scale, how), how),
    'pod.stop': async ({ path: _, name, ...how }) => {
      const answer = stopAnswer(name, await ask('stop', name, how))
      // Whoever does not wait is told how it is now.
      return how.wait ? answer : { ...answer, status: (await outcome(name, null, how)).status }
    },
    'pod.remove': async ({ path: _, name, ...how }) => {
      const removed = removeAnswer(name, await ask('remove', name, how))
      if (how.run !== undefined) return { ...removed, run: how.run }
      await namespace.onRemoved(name)
      return removed
    },
    'pod.status': async ({ path: _, name, ...how }) => await status(name, how),
    'pod.list': async ({ path: _, ...how }) => {
      const list = await ask('list', how)
      if (!Array.isArray(list)) throw badAnswer(namespace.path, 'list', list)
      return { pods: list.map(one => statusAnswer(namespace.path, (one as { name?: unknown })?.name, one)) }
    },
    'pod.runs': async ({ path: _, name, ...how }) => {
      const runs = runsAnswer(namespace.path, await ask('runs', name, how))
      return { runs, total: runs.length }
    },
    'pod.script': async ({ path: _, name, ...how }) =>
      scriptAnswer(namespace.path, name, await ask('script', name, how)),
    'pod.output': async ({ path: _, name, ...how }) => {
      // It may wait for more before it answers.
      const timeoutMs = namespace.seams.settings.handlerTimeout + how.waitMs
      return outputAnswer(namespace.path, await wholeAnswer(await namespace.ask('output', [name, how], { timeoutMs })))
    },
    'pod.logs': async (params, caller) => await handledLogs(namespace, params, caller),
    'pod.call': async ({ path: _, name, fn, args, ...how }, { signal }) => {
      const answer = await namespace.ask('call', [name, fn, args, how], { timeoutMs: how.timeoutMs, signal })
      return { value: await wholeAnswer(answer), run: name }
    },
  }
  const verbs = Object.entries(own).map(([method, verb]) => [
    method,
    async (params: { name?: string; hops: number }, caller: Caller) => {
      const name = handlerOf(method as HostVerb)
      const handler = handled[method as HostVerb] as AnyVerb | undefined
      const isHandled = handler !== undefined && name !== undefined && handles(name)
      const isListedOneByOne = method === 'pod.list' && !isHandled && handles('status')
      const onwards = isHandled || isListedOneByOne ? { ...params, hops: nextHop(namespace, params.hops) } : params
      if (isHandled) return await handler(onwards, caller)
      // Without a list of its own it still may say how each is.
      if (isListedOneByOne) {
        const names = namespace.pods.all().map(({ supervisor }) => supervisor.name)
        return { pods: await eachOf(names, pod => status(pod, onwards)) }
      }
      checkOffered(namespace, method as HostVerb, params)
      return await (verb as AnyVerb)(params, caller)
    },
  ])
  return Object.fromEntries(verbs) as Verbs
}

/** A call that a pod makes, which takes a stream as it comes. @throws {P8aError} `host_loop`, and as {@link Namespace.ask} */
export async function handledCall(
  namespace: Namespace,
  { name, fn, args, timeoutMs, hops }: MethodParams<'pod.call'>,
  signal: AbortSignal,
): Promise<Answer> {
  const how = { hops: nextHop(namespace, hops), timeoutMs }
  return await namespace.ask('call', [name, fn, args, how], { timeoutMs, signal, streams: true })
}

type AnyVerb = (params: unknown, caller: Caller) => Promise<unknown>

/** How a verb is asked for, beside what it is about: a handler's last argument. */
type How = { hops: number; usage?: boolean }

/** How many pods are asked for their status at once. */
const statusWidth = 64

/** In order, though several are asked at once. */
async function eachOf<Item, Answer>(items: readonly Item[], ask: (item: Item) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  const next = items.entries()
  const work = async () => {
    for (const [at, item] of next) answers[at] = await ask(item)
  }
  await Promise.all(Array.from({ length: statusWidth }, work))
  return answers
}

/**
 * A host that hands a verb on to another one tells it how often that was done; where the hosts stand in a circle the
 * number grows until it is too large.
 * @throws {P8aError} `host_loop`
 */
function nextHop(namespace: Namespace, hops: number): number {
  const limit = namespace.seams.settings.maxHops
  if (hops < limit) return hops + 1
  throw new P8aError('host_loop', `The host at ${quote(namespace.path)} was asked by way of ${hops} other hosts`, {
    hint: 'Does a host hand its verbs on to one that hands them back? The limit is maxHops in host.json',
    facts: { path: namespace.path, hops, limit },
  })
}

const nobody: Caller = { signal: new AbortController().signal, send: undefined }

/** What a verb's handler is called: `pod.push` is `push`, `host.info` is `info`. */
function handlerOf(method: HostVerb): string | undefined {
  return method === 'host.stop' ? undefined : method.slice(method.indexOf('.') + 1)
}

/** A host that has handlers and keeps a pod by itself cannot have the root do something with that pod. */
function checkOffered(namespace: Namespace, method: HostVerb, params: { name?: string }): void {
  const { handles } = namespace.present
  // A run is meant by its id, such as web.7.
  const pod = params.name === undefined ? undefined : (parseRunId(params.name)?.pod ?? params.name)
  const isOwn = pod === undefined || method === 'pod.push' || namespace.pods.find(pod) !== undefined
  if (method !== 'host.stop' && (isOwn || handles.size === 0)) return
  const verb = method.slice(method.indexOf('.') + 1)
  throw new P8aError('unsupported', `The host at ${quote(namespace.path)} does not offer ${verb} of ${what(params)}`, {
    hint:
      handles.size > 0
        ? `It offers: ${[...handles].join(', ')}`
        : { text: 'Stop its pod', do: { verb: 'stop', args: [namespace.owner.pod] } },
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
