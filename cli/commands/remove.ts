// pod remove: removes a pod and everything that was kept of it.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodResults } from '../../protocol/methods.ts'
import type { Run } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { count } from '../say/amounts.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'
import { forAll } from './all-pods.ts'
import { warnOfFleet } from './brought-by-fleet.ts'
import { allPods, isMany, type Named } from './named.ts'
import { readRun } from './read-run.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  const [name = ''] = names
  const several = isMany(names)
  const run = options.read('run', readRun)
  if (several && run !== undefined) throw new P8aError('usage', 'Cannot read --run: it belongs to one pod')
  return await withHost(remote, context, async host => {
    if (several) return await removeAll(host, { output, named: { names, isImplied }, force: options.has('force') })
    if (run === undefined) await warnOfFleet(host, name, 'remove')
    const removed = host.call('pod.remove', { name, force: options.has('force'), ...(run !== undefined && { run }) })
    const result = await spin(`Removing ${name}`, output, removed)
    output.answer(result, () => `${removedText(result)}${leftText(host.remote.name, result)}`)
    return 0
  })
}

function removedText({ name, run, stopped, items = 0 }: MethodResults['pod.remove']): string {
  const work = items > 0 ? `, with ${count(items, 'item')} that had not ended` : ''
  return `${run ?? name} is removed${work}${stopped.length > 0 ? ', and was stopped before' : ''}`
}

/** What it has pushed may be what others rely on. @param also what is removed with it */
function leftText(remote: string, { left = [] }: MethodResults['pod.remove'], also: readonly string[] = []): string {
  const names = left.filter(name => !also.includes(name) && also[0] !== allPods).join(' ')
  return names === ''
    ? ''
    : `\nWhat it has pushed stays: ${names}. To end that too: pod remove ${remote} ${names} --force`
}

/** @throws {P8aError} `usage` for `all` without `--force`: nothing brings back what was stored */
async function removeAll(
  host: RemoteHost,
  { output, named, force }: { output: Output; named: Named; force: boolean },
): Promise<number> {
  if (!force && named.names[0] === allPods)
    throw new P8aError(
      'usage',
      'Cannot remove all pods without --force: their versions, logs and storage would be gone',
      {
        hint: { text: 'If that is meant', do: { verb: 'remove', args: [allPods], options: { force: true } } },
      },
    )
  return await forAll({
    host,
    output,
    named,
    doing: 'Removing',
    first: 'dependents',
    work: async name => await host.call('pod.remove', { name, force }),
    text: result => `${removedText(result)}${leftText(host.remote.name, result, named.names)}`,
  })
}
