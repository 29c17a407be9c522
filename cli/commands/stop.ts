// pod stop: stops all runs of a pod, and says how they ended.
import type { Stopped } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { endText } from '../say/run-end.ts'
import { spin } from '../say/spinner.ts'
import { plain } from '../say/table.ts'
import { forAll } from './all-pods.ts'
import { warnOfFleet } from './brought-by-fleet.ts'
import { isMany, type Named } from './named.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  const [name = ''] = names
  const several = isMany(names)
  return await withHost(remote, context, async host => {
    const drainMs = options.milliseconds('drain')
    const asked = { wait: !options.has('no-wait'), ...(drainMs !== undefined && { drainMs }) }
    if (several) return await stopAll({ host, output, asked, named: { names, isImplied } })
    await warnOfFleet(host, name, 'stop')
    const stopped = host.call('pod.stop', { name, ...asked })
    const result = await spin(`Stopping ${name}`, output, stopped)
    output.answer(result, () => stoppedText(result))
    return 0
  })
}

type Asked = { wait: boolean; drainMs?: number }

type ToStop = { host: RemoteHost; output: Output; asked: Asked; named: Named }

async function stopAll({ host, output, asked, named }: ToStop): Promise<number> {
  return await forAll({
    host,
    output,
    named,
    doing: 'Stopping',
    only: ({ want, runs }) => want === 'up' || runs.length > 0,
    first: 'dependents',
    work: async name => await host.call('pod.stop', { name, ...asked }),
    text: stoppedText,
  })
}

export function stoppedText({ name, status, ended, text, problem }: Stopped): string {
  const ends = ended.map(end => `  ${end.run} ${plain(endText(end))}`)
  return [text ?? `${name} is ${status}`, ...ends, ...(problem === undefined ? [] : [`  ${problem}`])].join('\n')
}
