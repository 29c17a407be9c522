// The verbs as the root does them in a host of this run, past its handlers: `own` of a host.
import type { LogQuery, OwnVerbs, Talk } from '../../protocol/author.ts'
import { usualWindow, wideWindow } from '../../protocol/channel/window.ts'
import type { MethodInput, MethodName, MethodResults } from '../../protocol/methods.ts'
import type { LogEntry } from '../../protocol/words.ts'
import { followCommand } from '../talk.ts'
import { onlyImage } from '../verbs/only-image.ts'
import type { AskRoot } from './ask-root.ts'

/** What a method takes, as an author gives it: how it was asked for may be among it. */
type Given<M extends MethodName> = Omit<MethodInput<M>, 'path'> & { signal?: AbortSignal | undefined; by?: unknown }

/** @param path of the host */
export function ownVerbs(root: AskRoot, path: string): OwnVerbs {
  async function ask<M extends MethodName>(
    method: M,
    { signal, by: _, ...params }: Given<M>,
  ): Promise<MethodResults[M]> {
    // Whoever asked the handler does not ask the root: this pod does.
    const answer = await root.ask('verb', { method, params: { ...params, path } }, { signal })
    return answer as MethodResults[M]
  }

  return Object.freeze<OwnVerbs>({
    push: image => ask('pod.push', onlyImage(image)),
    start: (name, params = {}, config = {}, how = {}) => ask('pod.start', { ...how, name, params, config }),
    stop: (name, how = {}) => ask('pod.stop', { ...how, name }),
    restart: (name, how = {}) => ask('pod.restart', { ...how, name }),
    reload: (name, how = {}) => ask('pod.reload', { ...how, name }),
    rollback: (name, how = {}) => ask('pod.rollback', { ...how, name }),
    wake: (name, how = {}) => ask('pod.wake', { ...how, name }),
    sleep: (name, how = {}) => ask('pod.sleep', { ...how, name }),
    scale: (name, scale, how = {}) => ask('pod.scale', { ...how, name, scale }),
    status: (name, how = {}) => ask('pod.status', { ...how, name }),
    env: (name, { set = {}, unset = [], ...how } = {}) =>
      ask('pod.env', { ...how, name, set: { ...set }, unset: [...unset] }),
    send: (name, text, how = {}) => ask('pod.send', { ...how, name, text }),
    group: (name, members, how = {}) => ask('pod.group', { ...how, name, members: { ...members } }),
    usage: (name, how = {}) => ask('pod.usage', { ...how, ...(name !== undefined && { name }) }),
    versions: async (name, how = {}) => (await ask('pod.versions', { ...how, name })).versions,
    image: (name, how = {}) => ask('image.show', { ...how, name }),
    imageBytes: (name, file, how = {}) => ask('image.bytes', { ...how, name, file }),
    list: async (how = {}) => (await ask('pod.list', how)).pods,
    remove: (name, how = {}) => ask('pod.remove', { ...how, name }),
    runs: async (name, how = {}) => (await ask('pod.runs', { ...how, ...(name !== undefined && { name }) })).runs,
    logs: ((query = {}) =>
      query.follow ? follow(root, path, query) : ask('pod.logs', query).then(entriesOf)) as OwnVerbs['logs'],
    script: (name, how = {}) => ask('pod.script', { ...how, name }),
    output: (name, how = {}) => ask('pod.output', { ...how, name }),
    call: async (name, fn, args = [], how = {}) => (await ask('pod.call', { ...how, name, fn, args })).value,
    commands: async (name, { hops } = {}) =>
      (await ask('pod.commands', { name, ...(hops !== undefined && { hops }) })).commands,
    command: async (name, argv, { signal, hops, ...talk }) => {
      const params = { name, argv: [...argv], path, ...(hops !== undefined && { hops }) }
      return await command(root, params, { signal, talk })
    },
  })
}

function entriesOf({ entries }: MethodResults['pod.logs']): LogEntry[] {
  return entries
}

/** Lines one by one, for as long as they are read. */
async function* follow(
  root: AskRoot,
  path: string,
  { signal, by: _, ...query }: Given<'pod.logs'> & Partial<LogQuery>,
): AsyncGenerator<LogEntry, void, undefined> {
  const asked = { method: 'pod.logs', params: { ...query, stream: true, path } }
  const answer = await root.open('verb', asked, { signal, takes: wideWindow, keeps: false })
  if ('stream' in answer) for await (const entries of answer.stream) yield* entries as LogEntry[]
}

async function command(
  root: AskRoot,
  params: Record<string, unknown> & { path: string },
  { signal, talk }: { signal: AbortSignal | undefined; talk: Talk },
): Promise<unknown> {
  const answer = await root.open('verb', { method: 'pod.command', params }, { signal, takes: usualWindow })
  const result = 'value' in answer ? answer.value : await followCommand(answer.stream, talk)
  return (result as MethodResults['pod.command']).value
}
