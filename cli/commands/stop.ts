// pod stop: stops all runs of a pod, and says how they ended.
import type { Stopped } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { endText } from '../say/run-end.ts'
import { spin } from '../say/spinner.ts'
import { plain } from '../say/table.ts'
import { allPods, forAll } from './all-pods.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const wait = !options.has('no-wait')
    if (name === allPods) return await stopAll({ host, output, wait })
    const stopped = host.call('pod.stop', { name, wait })
    const result = await spin(`Stopping ${name}`, output, stopped)
    output.answer(result, () => stoppedText(result))
    return 0
  })
}

async function stopAll({ host, output, wait }: { host: RemoteHost; output: Output; wait: boolean }): Promise<number> {
  return await forAll({
    host,
    output,
    doing: 'Stopping',
    only: ({ want, runs }) => want === 'up' || runs.length > 0,
    first: 'dependents',
    work: async name => await host.call('pod.stop', { name, wait }),
    text: stoppedText,
  })
}

function stoppedText({ name, status, ended, text }: Stopped): string {
  return [text ?? `${name} is ${status}`, ...ended.map(end => `  ${end.run} ${plain(endText(end))}`)].join('\n')
}
