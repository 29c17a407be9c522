// pod enqueue: stores an item of work, and waits for its result if asked to, also over a connection that breaks.
import { P8aError } from '../../protocol/errors.ts'
import { parseTyped } from '../../protocol/long-numbers.ts'
import { endStates } from '../../protocol/methods/queue.ts'
import type { ItemInfo } from '../../protocol/words-queue.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { wrongOption } from '../argv/wrong-option.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { printErr } from '../say/print.ts'
import { readComing } from './read-time.ts'

export const run: Run = async ({ args: [remote = '', name = '', fn = '', ...texts], options }, context) => {
  const { output } = context
  const how = await readHow(options)
  const item = { name, fn, args: texts.map(readArg), ...how }
  const added = await withHost(remote, context, async host => await host.call('queue.add', item))
  if (!options.has('wait')) {
    const known = added.isNew ? '' : `, which there was already: it is ${added.state}`
    const note = added.heldBackBy === undefined ? known : `${known}, waits: ${added.heldBackBy}`
    output.answer(added, () => `${added.id}${note}`)
    return 0
  }
  const ended = await follow({ remote, name, id: added.id, heldBackBy: tell(added, context) }, context)
  if (ended.state === 'done') {
    const { result } = ended
    const isStream = (ended.next ?? 0) > 0
    output.answer(ended, () => (isStream ? '' : typeof result === 'string' ? result : JSON.stringify(result ?? null)))
    return 0
  }
  const { state } = ended
  throw new P8aError('item_failed', `Item ${ended.id} of ${name} is ${state}: ${ended.error ?? 'nobody knows why'}`, {
    hint: { text: `See all that are ${state}`, do: { verb: 'queue items', args: [name, state] } },
    facts: { pod: name, id: ended.id, state, attempts: ended.attempt },
  })
}

/** Whoever waits learns why nothing comes, on stderr: what is printed is the result. */
function tell({ id, heldBackBy }: { id: string; heldBackBy?: string }, { output }: Context): string | undefined {
  if (heldBackBy !== undefined && !output.json) printErr(`${id} waits: ${heldBackBy}\n`)
  return heldBackBy
}

type Followed = { remote: string; name: string; id: string; heldBackBy: string | undefined }

/** How long each question waits for something new, and how long nobody may answer. */
const waitMs = 20_000
const patienceMs = 60_000
const againMs = 250

/** Waits until the item has ended; where the connection breaks, it goes on from where it was. */
async function follow({ remote, name, id, heldBackBy }: Followed, context: Context): Promise<ItemInfo> {
  let [from, attempt, told] = [0, 0, heldBackBy]
  let sinceMs = Date.now()
  for (;;) {
    try {
      return await withHost(remote, context, async host => {
        for (;;) {
          const item = await askFor(host, { name, id, from, attempt })
          sinceMs = Date.now()
          for (const value of item.values ?? [])
            context.output.write(typeof value === 'string' ? value : JSON.stringify(value))
          from = item.next ?? from
          attempt = item.attempt
          if (item.heldBackBy !== told) told = tell(item, context)
          const isOver = endStates.includes(item.state)
          if (isOver && (item.values ?? []).length === 0) return item
        }
      })
    } catch (error) {
      const isPassing = error instanceof P8aError && passing.includes(error.code)
      if (!isPassing || Date.now() - sinceMs > patienceMs) throw error
      await new Promise(resolve => setTimeout(resolve, againMs))
    }
  }
}

const passing = ['host_unreachable', 'host_gone', 'host_silent', 'pod_not_up', 'timeout']

async function askFor(host: RemoteHost, of: { name: string; id: string; from: number; attempt: number }) {
  return await host.call('queue.item', { ...of, waitMs })
}

async function readHow(options: Options) {
  const priority = options.text('priority')
  if (priority !== undefined && !/^-?\d{1,7}$/.test(priority))
    throw wrongOption({ option: 'priority', value: priority }, { why: 'it is not a whole number' })
  return {
    ...given('id', options.text('id')),
    ...given('windowMs', options.milliseconds('once')),
    ...given('delayMs', options.milliseconds('delay')),
    ...given('at', await options.read('at', readComing)),
    ...given('key', options.text('key')),
    ...given('priority', priority === undefined ? undefined : Number(priority)),
    ...given('deadlineMs', options.milliseconds('deadline')),
    ...given('retries', options.wholeNumber('retries', { least: 0 })),
    ...given('backoffMs', options.milliseconds('backoff')),
    ...given('timeoutMs', options.milliseconds('timeout')),
  }
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value }
}

/** The value of the text if it is JSON, else the text itself. */
function readArg(text: string): unknown {
  try {
    return parseTyped(text)
  } catch {
    // Not JSON, so it is a text.
    return text
  }
}
