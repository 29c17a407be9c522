// pod events: what happened on a host or to a pod, a line for each event; with --follow also what happens, through the deaths of the
// host.
import { once } from 'node:events'
import type { HostEvent } from '../../protocol/events.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { EventLines } from '../say/event-line.ts'
import { orUnknownType, typesIn } from './event-types.ts'
import { allPods } from './named.ts'
import { readBeginning } from './read-time.ts'

type Asked = Omit<MethodInput<'events.list'>, 'path'>

export const run: Run = async ({ args: [remote = '', name], options }, context) => {
  const asked = { ...(await readOptions(options)), ...(name === undefined || name === allPods ? {} : { name }) }
  const asking = withHost(remote, context, async host => await host.call('events.list', asked))
  const { events, at } = await orUnknownType(asking, { option: 'type', types: asked.types ?? [] })
  const { output } = context
  const lines = new EventLines(output)
  if (!options.has('follow')) {
    output.answer({ events }, () => events.map(event => lines.render(event)).join('\n'))
    return 0
  }
  const show = async (some: readonly HostEvent[]) => {
    if (some.length === 0) return
    const texts = some.map(event => (output.json ? JSON.stringify(event) : lines.render(event)))
    // This waits for a slow reader, and the host waits for this.
    if (!output.write(texts.join('\n'))) await once(process.stdout, 'drain')
  }
  await show(events)
  await follow(remote, context, { asked, at, show })
  return 0
}

async function follow(
  remote: string,
  context: Context,
  from: { asked: Asked; at: number; show: (events: readonly HostEvent[]) => Promise<void> },
): Promise<void> {
  const { limit: _, since, ...rest } = from.asked
  // Where nothing has happened yet, there is no number to go on behind.
  const asked = from.at === 0 && since !== undefined ? { ...rest, since } : rest
  const [{ findRemote }, { Session }, { printErr }, { endWithReader }] = await Promise.all([
    import('../remote/remotes.ts'),
    import('../remote/session.ts'),
    import('../say/print.ts'),
    import('../say/reader.ts'),
  ])
  const signal = context.signal ?? new AbortController().signal
  const session = await Session.open({
    remote: findRemote(remote, context.dataDir),
    reach: context,
    tell: printErr,
    signal,
  })
  const release = endWithReader()
  let after = from.at
  try {
    await session.lasting(async host => {
      for await (const events of host.events({ ...asked, after }, signal)) {
        await from.show(events)
        after = events.at(-1)?.number ?? after
      }
    })
  } finally {
    release()
    session.close()
  }
}

async function readOptions(options: Options): Promise<Asked> {
  const limit = options.wholeNumber('lines', { least: 1, most: 10_000 })
  return {
    ...(limit !== undefined && { limit }),
    ...(options.has('type') && { types: typesIn(options, 'type') }),
    ...(await options.read('since', readSince)),
  }
}

/** Digits alone are the number of an event. */
async function readSince(text: string): Promise<Pick<Asked, 'after' | 'since'>> {
  if (/^\d{1,15}$/.test(text)) return { after: Number(text) }
  return { since: await readBeginning(text) }
}
