// pod events: what happened on a host or to a pod, a line for each event; with --follow also what happens, through the deaths of the
// host.
import { once } from 'node:events'
import { P8aError } from '../../protocol/errors.ts'
import type { HostEvent } from '../../protocol/events.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { EventLines } from '../say/event-line.ts'
import { allPods } from './all-pods.ts'
import { readBeginning } from './read-time.ts'

type Asked = Omit<MethodInput<'events.list'>, 'path'>

export const run: Run = async ({ args: [remote = '', name], options }, context) => {
  const asked = { ...(await readOptions(options)), ...(name === undefined || name === allPods ? {} : { name }) }
  const { events, at } = await withHost(remote, context, async host => await host.call('events.list', asked)).catch(
    async error => {
      throw (await unknownType(error, asked.types ?? [])) ?? error
    },
  )
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
  const { limit: _, since: __, ...asked } = from.asked
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
  const since = options.text('since')
  const limit = options.wholeNumber('lines', { least: 1, most: 10_000 })
  return {
    ...(limit !== undefined && { limit }),
    ...(options.has('type') && { types: typesIn(options.all('type')) }),
    ...(since !== undefined && (await readSince(since))),
  }
}

/** Each may be several, with commas between them. Which ones there are is the host's to say. */
function typesIn(given: readonly string[]): NonNullable<Asked['types']> {
  const types = given.flatMap(text => text.split(',').map(type => type.trim())).filter(type => type !== '')
  if (types.length === 0) throw new P8aError('usage', 'Cannot read --type "": it names no type of events')
  return types as NonNullable<Asked['types']>
}

/** What is wrong, where a host refused a type. */
async function unknownType(error: unknown, types: readonly string[]): Promise<P8aError | undefined> {
  if (!(error instanceof P8aError) || error.code !== 'bad_params') return undefined
  const index = /^types\.(\d+)$/.exec(String(error.facts.parameter))?.[1]
  const type = types[Number(index)]
  if (type === undefined) return undefined
  const [{ eventNames }, { nearest }] = await Promise.all([
    import('../../protocol/events.ts'),
    import('../say/nearest.ts'),
  ])
  const known = eventNames.filter(name => name !== 'missed')
  const meant = nearest(type, known)
  return new P8aError('usage', `There is no type of events ${quote(type)}`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}There are: ${known.join(', ')}`,
    facts: { type },
  })
}

/** Digits alone are the number of an event. */
async function readSince(text: string): Promise<Pick<Asked, 'after' | 'since'>> {
  if (/^\d{1,15}$/.test(text)) return { after: Number(text) }
  return { since: await readBeginning(text) }
}
