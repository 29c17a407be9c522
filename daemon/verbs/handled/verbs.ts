// The verbs of a host that its owner may handle: each asks the handler, and says its answer in the words of the wire.
import { pump } from '../../../protocol/channel/pump.ts'
import { usualWindow } from '../../../protocol/channel/window.ts'
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import { removeHostsMadeBy } from '../../tree/hosts-of-pod.ts'
import { info } from '../info.ts'
import { checkFollow } from '../output.ts'
import { pageOf } from '../pages.ts'
import { sendOutput } from '../send-output.ts'
import type { Caller, HostVerb } from '../verb.ts'
import {
  badAnswer,
  commandsAnswer,
  envAnswer,
  infoAnswer,
  outputAnswer,
  pushAnswer,
  removeAnswer,
  runsAnswer,
  scriptAnswer,
  sendAnswer,
  statusAnswer,
  stopAnswer,
  usageAnswer,
  versionsAnswer,
} from './answers.ts'
import { handledCommand } from './command.ts'
import { handledEvents, handledFollow } from './events.ts'
import type { Handling } from './handling.ts'
import { handledLogs } from './logs.ts'
import { handledQueue } from './queue.ts'

export type HandledVerb<M extends HostVerb> = (
  host: Handling,
  params: MethodParams<M>,
  caller: Caller<M>,
) => Promise<MethodResults[M]>

/**
 * What no handler answers: a host is stopped by its pod, the files of a folder are kept by the root, `watch` is
 * asked by those who watch, the root measures, quotas are the root's own, and profiles and images are only for hosts without handlers. Every
 * other verb has a handler, so that no verb goes past the owner.
 */
export type Unhandled =
  | 'host.stop'
  | 'host.upgrade'
  | 'host.watch'
  | 'host.metrics'
  | 'host.savings'
  | 'pod.push.missing'
  | 'pod.push.files'
  | Extract<HostVerb, `profile.${string}` | `quota.${string}` | `image.${string}` | `hook.${string}`>

/** The handler of `pod.push` is called `push`, and so are the others; all about work has the handler `queue`. */
export const handledVerbs: { readonly [M in Exclude<HostVerb, Unhandled>]: HandledVerb<M> } = {
  'host.info': async (host, params) => ({
    ...(await info(host.site, params)),
    ...infoAnswer(host.path, await host.ask('info', within(params))),
  }),
  'pod.push': async (host, params) => {
    const { namespace } = host
    const { hops, ...image } = within(params)
    const { handlerTimeout, buildTimeout } = namespace.seams.settings
    // A folder may have to be built.
    const timeoutMs = image.tree === undefined ? handlerTimeout : handlerTimeout + buildTimeout
    return pushAnswer(image.name, await namespace.handler.ask('push', [image, host.asked({ hops })], { timeoutMs }))
  },
  'pod.start': async (host, params) => {
    const { name, params: given, config, keep: _, ...how } = within(params)
    return await host.outcomeOf(name, await host.ask('start', name, given, config, how), how)
  },
  'pod.restart': async (host, params) => {
    const { name, ...how } = within(params)
    return await host.outcomeOf(name, await host.ask('restart', name, how), how)
  },
  'pod.reload': async (host, params) => {
    const { name, ...how } = within(params)
    return await host.outcomeOf(name, await host.ask('reload', name, how), how)
  },
  'pod.rollback': async (host, params) => {
    const { name, ...how } = within(params)
    return await host.outcomeOf(name, await host.ask('rollback', name, how), how)
  },
  'pod.wake': async (host, params) => {
    const { name, ...how } = within(params)
    return await host.outcomeOf(name, await host.ask('wake', name, how), how)
  },
  'pod.sleep': async (host, params) => {
    const { name, ...how } = within(params)
    const answer = (await host.ask('sleep', name, how)) ?? (host.handles('status') ? null : { status: 'idle' })
    return await host.outcomeOf(name, answer, how)
  },
  'pod.scale': async (host, params) => {
    const { name, scale, ...how } = within(params)
    return await host.outcomeOf(name, await host.ask('scale', name, scale, how), how)
  },
  'pod.stop': async (host, params) => {
    const { name, ...how } = within(params)
    const answer = stopAnswer(name, await host.ask('stop', name, how))
    // Whoever does not wait is told how it is now.
    return how.wait ? answer : { ...answer, status: (await host.outcomeOf(name, null, how)).status }
  },
  'pod.env': async (host, params) => {
    const { name, ...how } = within(params)
    return envAnswer(host.path, name, await host.ask('env', name, how))
  },
  'pod.send': async (host, params) => {
    const { name, text, ...how } = within(params)
    const unknown = { runs: [], bytes: Buffer.byteLength(text, how.encoding) }
    return sendAnswer(host.path, { name, ...unknown }, await host.ask('send', name, text, how))
  },
  'pod.group': async (host, params) => {
    const { name, members, ...how } = within(params)
    await host.ask('group', name, members, how)
    return { name, members }
  },
  'pod.usage': async (host, params) => {
    const { name, ...how } = within(params)
    return usageAnswer(host.path, await host.ask('usage', name, how))
  },
  'pod.remove': async (host, params) => {
    const { name, ...how } = within(params)
    const removed = removeAnswer(name, await host.ask('remove', name, how))
    if (how.run !== undefined) return { ...removed, run: how.run }
    await removeHostsMadeBy(host.site.daemon.hosts, { path: host.path, pod: name })
    return removed
  },
  'pod.status': async (host, { name, ...how }) => await host.statusOf(name, how),
  'pod.versions': async (host, params) => {
    const { name, ...how } = within(params)
    return { versions: versionsAnswer(host.path, await host.ask('versions', name, how)) }
  },
  'pod.list': async (host, params) => {
    // Without a list of its own it still may say how each is.
    if (!host.handles('list')) return await oneByOne(host, params)
    const { limit } = params
    // One more shows whether there are more.
    const asked = { ...within(params), ...(limit !== undefined && { limit: limit + 1 }) }
    const list = await host.ask('list', asked)
    if (!Array.isArray(list)) throw badAnswer(host.path, 'list', list)
    const pods = list.map(one => statusAnswer(host.path, (one as { name?: unknown })?.name, one))
    const { page, ...more } = pageOf(pods, ({ name }) => name, params)
    return { pods: page, ...more }
  },
  'pod.runs': async (host, params) => {
    const { name, ...how } = within(params)
    const runs = runsAnswer(host.path, await host.ask('runs', name, how))
    return { runs, total: runs.length }
  },
  'pod.script': async (host, params) => {
    const { name, ...how } = within(params)
    return scriptAnswer(host.path, name, await host.ask('script', name, how))
  },
  'pod.output': async (host, params, { signal, channel }) => {
    const { namespace, path } = host
    const { name, stream, follow, ...how } = within(params)
    checkFollow({ stream, follow })
    const ask = async (from: Partial<typeof how>) => {
      const asked = { ...how, ...from }
      // It may wait for more before it answers.
      const timeoutMs = namespace.seams.settings.handlerTimeout + asked.waitMs
      const answer = await namespace.handler.ask('output', [name, host.asked(asked)], { timeoutMs, signal })
      return outputAnswer(path, answer)
    }
    if (!stream) return await ask({})
    return await sendOutput(params, channel, async from => {
      const { data, encoding, ...part } = await ask({ ...from, encoding: 'base64' })
      return { ...part, bytes: Buffer.from(data, encoding) }
    })
  },
  'pod.commands': async (host, params) => {
    const { name, ...how } = within(params)
    return { commands: commandsAnswer(host.path, await host.ask('commands', name, how)) }
  },
  'pod.command': handledCommand,
  ...handledQueue,
  'events.list': handledEvents,
  'events.follow': handledFollow,
  'pod.logs': async (host, params, caller) => await handledLogs(host, params, caller),
  'pod.call': async (host, params, { signal, channel }) => {
    const { namespace } = host
    const { name, fn, args, ...how } = within(params)
    const asked = [name, fn, args, host.asked(how)]
    const options = { timeoutMs: how.timeoutMs, signal }
    if (!channel?.takesValues) return { value: await namespace.handler.ask('call', asked, options), run: name }
    const answer = await namespace.handler.open('call', asked, { ...options, takes: usualWindow })
    if ('value' in answer) return { value: answer.value, run: name }
    await pump(answer.stream, channel)
    return { value: null, run: name }
  },
}

/** What a handler is told: within its own host it needs no path. */
function within<Params extends { path: string }>({ path: _, ...params }: Params): Omit<Params, 'path'> {
  return params
}

async function oneByOne(host: Handling, how: MethodParams<'pod.list'>): Promise<MethodResults['pod.list']> {
  const names = host.namespace.pods.all().map(({ supervisor }) => supervisor.name)
  const { page, ...more } = pageOf(names, name => name, how)
  return { pods: await eachOf(page, name => host.statusOf(name, how)), ...more }
}

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
