// The verbs of `p8a.verbs` that tell something before they are answered: lines, bytes, and what a command shows and asks.
import type { Verbs } from '../../protocol/author.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import type { MethodResults } from '../../protocol/methods.ts'
import { joinPath } from '../../protocol/names.ts'
import type { LogEntry } from '../../protocol/words.ts'
import { followCommand } from '../talk.ts'
import type { Asking } from './asking.ts'
import { readOutput } from './output.ts'

const takes = usualWindow

/** @param own the path of the host that the pod is on */
export function streamingVerbs(asking: Asking, own: string): Pick<Verbs, 'logs' | 'output' | 'command'> {
  const at = (path: string | undefined) => joinPath(own, path ?? '')
  return {
    logs: async function* ({ path, signal, ...query } = {}) {
      const params = { ...query, stream: true, path: at(path) }
      const how = { signal, takes, keeps: !query.follow }
      for await (const entries of asking.stream('pod.logs', params, how)) yield* entries as LogEntry[]
    },
    output: (name, { path, signal, ...given } = {}) => {
      const about = { name, path: at(path) }
      const newest = async () => {
        const part = await asking.ask('pod.output', { ...about, limit: 1 }, { signal })
        return (part as MethodResults['pod.output']).run
      }
      const how = { signal, takes, keeps: !given.follow }
      const open = (from: object) =>
        asking.stream('pod.output', { ...from, ...about, stream: true }, how) as AsyncIterable<Uint8Array>
      return readOutput({ newest, open, present: () => asking.present(signal) }, given)
    },
    command: async (name, argv, { path, signal, send, recv }) => {
      const params = { ...(name !== undefined && { name }), argv, path: at(path) }
      const answer = await asking.open('pod.command', params, { signal, takes })
      const end = 'value' in answer ? answer.value : await followCommand(answer.stream, { send, recv })
      return (end as MethodResults['pod.command']).value
    },
  }
}
